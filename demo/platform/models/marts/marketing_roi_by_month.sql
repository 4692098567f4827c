with spend as (
    select
        date_trunc('month', spend_date)::date as month,
        channel,
        sum(cost_cents) as cost_cents,
        sum(clicks) as clicks
    from {{ ref('stg_marketing_spend') }}
    group by 1, 2
),

won as (
    select
        date_trunc('month', customers.first_order_at at time zone 'UTC')::date as month,
        customers.acquisition_channel as channel,
        count(*) as new_customers,
        sum(customers.net_spent_cents) as net_spent_cents
    from {{ ref('customers') }} as customers
    where customers.first_order_at is not null
    group by 1, 2
)

select
    spend.month,
    spend.channel,
    channels.channel_group,
    spend.cost_cents,
    spend.clicks,
    coalesce(won.new_customers, 0) as new_customers,
    coalesce(won.net_spent_cents, 0) as customer_revenue_cents,
    spend.cost_cents / nullif(won.new_customers, 0) as cost_per_customer_cents,
    round(won.net_spent_cents::numeric / nullif(spend.cost_cents, 0), 2) as return_on_spend
from spend
join {{ ref('acquisition_channels') }} as channels on channels.channel = spend.channel
left join won on won.month = spend.month and won.channel = spend.channel
