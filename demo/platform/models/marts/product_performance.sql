with sales as (
    select
        items.product_id,
        count(distinct items.order_id) as order_count,
        sum(items.quantity) as units_sold,
        sum(items.line_total_cents) as revenue_cents,
        sum(items.line_total_cents) filter (where orders.status = 'refunded') as refunded_revenue_cents,
        max(items.created_at) as last_sold_at
    from {{ ref('stg_order_items') }} as items
    join {{ ref('stg_orders') }} as orders on orders.id = items.order_id
    where orders.status <> 'canceled'
    group by items.product_id
)

select
    products.id as product_id,
    products.name as product_name,
    products.category,
    products.brand,
    products.is_active,
    coalesce(sales.order_count, 0) as order_count,
    coalesce(sales.units_sold, 0) as units_sold,
    coalesce(sales.revenue_cents, 0) as revenue_cents,
    coalesce(sales.units_sold * products.margin_cents, 0) as margin_cents,
    round(coalesce(sales.refunded_revenue_cents, 0)::numeric / nullif(sales.revenue_cents, 0), 4) as refund_share,
    sales.last_sold_at
from {{ ref('stg_products') }} as products
left join sales on sales.product_id = products.id
