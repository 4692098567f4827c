{{ config(enabled=false) }}

select
    orders.shipping_country,
    sum(orders.total_amount_cents) as revenue_cents
from {{ ref('stg_orders') }} as orders
group by 1
