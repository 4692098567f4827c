select
    products.id as product_id,
    {{ today() }}::timestamptz as event_timestamp,
    products.category,
    products.brand,
    products.price_cents,
    round(products.margin_cents::numeric / products.price_cents, 4) as margin_share,
    performance.units_sold,
    performance.refund_share,
    {{ today() }} - {{ utc_day('products.launched_at') }} as days_since_launch,
    coalesce(stock.units_on_hand, 0) as units_on_hand
from {{ ref('stg_products') }} as products
join {{ ref('product_performance') }} as performance on performance.product_id = products.id
left join (
    select
        product_id,
        sum(units_on_hand) as units_on_hand
    from {{ ref('inventory_levels') }}
    group by product_id
) as stock on stock.product_id = products.id
