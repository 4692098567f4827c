with months as (
    select distinct date_trunc('month', date_day)::date as month
    from {{ ref('all_days') }}
),

subscriptions as (
    select
        *,
        {{ utc_month('started_at') }} as started_month,
        {{ utc_month('canceled_at') }} as canceled_month
    from {{ ref('stg_subscriptions') }}
)

select
    months.month,
    subscriptions.plan,
    count(*) filter (where canceled_month is null or canceled_month > months.month) as active_subscriptions,
    count(*) filter (where started_month = months.month) as new_subscriptions,
    count(*) filter (where canceled_month = months.month) as canceled_subscriptions,
    coalesce(
        sum(monthly_price_cents) filter (where canceled_month is null or canceled_month > months.month), 0
    ) as mrr_cents
from months
join subscriptions
    on subscriptions.started_month <= months.month
    and (subscriptions.canceled_month is null or subscriptions.canceled_month >= months.month)
group by 1, 2
