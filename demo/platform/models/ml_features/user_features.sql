with recent as (
    select
        user_id,
        count(*) filter (where created_at >= {{ today() }} - interval '90 days') as orders_90_days,
        avg(total_amount_cents)::integer as average_order_value_cents
    from {{ ref('stg_orders') }}
    where is_kept
    group by user_id
),

tickets as (
    select
        user_id,
        count(*) as tickets_12_months
    from {{ ref('stg_support_tickets') }}
    group by user_id
)

select
    customers.customer_id as user_id,
    {{ today() }}::timestamptz as event_timestamp,
    customers.net_spent_cents / 100.0 as lifetime_value,
    customers.order_count,
    coalesce(recent.orders_90_days, 0) as orders_90_days,
    coalesce(recent.average_order_value_cents, 0) as average_order_value_cents,
    churn.days_since_last_order,
    {{ today() }} - {{ utc_day('customers.signed_up_at') }} as days_since_signup,
    coalesce(tickets.tickets_12_months, 0) as tickets_12_months,
    customers.is_member,
    customers.segment,
    extract(year from age({{ today() }}, customers.birth_date))::integer / 10 * 10 as age_decade,
    churn.is_churned
from {{ ref('customers') }} as customers
left join {{ ref('churn') }} as churn on churn.customer_id = customers.customer_id
left join recent on recent.user_id = customers.customer_id
left join tickets on tickets.user_id = customers.customer_id
