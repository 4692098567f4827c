select
    id as order_item_id,
    order_id,
    product_id,
    quantity,
    unit_price_cents,
    quantity * unit_price_cents as line_total_cents,
    created_at,
    _loaded_at as loaded_at
from {{ source('shop', 'order_items') }}
