select
    id as event_id,
    session_id,
    event_type,
    page_path,
    product_id,
    order_id,
    occurred_at,
    _loaded_at as loaded_at,
    _loaded_at - occurred_at > interval '1 hour' as is_late
from {{ source('web', 'web_events') }}
