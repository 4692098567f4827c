select
    id,
    user_id,
    product_id,
    status,
    status not in ('canceled', 'refunded') as is_kept,
    channel,
    currency,
    subtotal_cents,
    discount_cents,
    shipping_cents,
    total_amount_cents,
    shipping_country,
    coupon_code,
    created_at,
    updated_at,
    _loaded_at as loaded_at
from {{ source('shop', 'orders') }}
