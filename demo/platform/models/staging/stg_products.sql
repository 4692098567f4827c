select
    id,
    sku,
    name,
    category,
    brand,
    price_cents,
    cost_cents,
    price_cents - cost_cents as margin_cents,
    is_active,
    launched_at,
    updated_at,
    _loaded_at as loaded_at
from {{ source('shop', 'products') }}
