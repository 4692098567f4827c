select
    id as inventory_event_id,
    product_id,
    site,
    event_type,
    quantity_change,
    occurred_at,
    _loaded_at as loaded_at
from {{ source('streams', 'inventory_events') }}
