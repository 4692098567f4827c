with purchases as (
    select
        orders.user_id,
        count(*) as order_count,
        min(orders.created_at) as first_order_at,
        max(orders.created_at) as last_order_at,
        sum(payments.paid_cents - payments.refunded_cents) as net_spent_cents
    from {{ ref('stg_orders') }} as orders
    join {{ ref('int_order_payments') }} as payments on payments.order_id = orders.id
    where orders.status <> 'canceled'
    group by orders.user_id
),

members as (
    select distinct user_id
    from {{ ref('stg_subscriptions') }}
    where status <> 'canceled'
)

select
    users.id as customer_id,
    users.full_name,
    users.email,
    users.phone,
    users.birth_date,
    users.country,
    regions.region,
    users.segment,
    users.acquisition_channel,
    users.created_at as signed_up_at,
    purchases.first_order_at,
    purchases.last_order_at,
    coalesce(purchases.order_count, 0) as order_count,
    coalesce(purchases.net_spent_cents, 0) as net_spent_cents,
    coalesce(purchases.order_count, 0) > 1 as is_returning,
    members.user_id is not null as is_member
from {{ ref('stg_users') }} as users
join {{ ref('country_regions') }} as regions on regions.country_code = users.country
left join purchases on purchases.user_id = users.id
left join members on members.user_id = users.id
