with purchases as (
    select
        user_id,
        count(*) as order_count,
        max(created_at) as last_order_at
    from {{ ref('stg_orders') }}
    where is_kept
    group by user_id
)

select
    customers.customer_id,
    customers.segment,
    customers.acquisition_channel,
    purchases.order_count,
    purchases.last_order_at,
    {{ today() }} - {{ utc_day('purchases.last_order_at') }} as days_since_last_order,
    {{ today() }} - {{ utc_day('purchases.last_order_at') }} > 180 as is_churned,
    date_trunc('month', (purchases.last_order_at at time zone 'UTC') + interval '180 days')::date as churn_month
from {{ ref('customers') }} as customers
join purchases on purchases.user_id = customers.customer_id
