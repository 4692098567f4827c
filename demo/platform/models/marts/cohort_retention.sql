with firsts as (
    select
        user_id,
        {{ utc_month('min(created_at)') }} as cohort_month
    from {{ ref('stg_orders') }}
    group by user_id
),

active as (
    select distinct
        orders.user_id,
        {{ utc_month('orders.created_at') }} as active_month
    from {{ ref('stg_orders') }} as orders
),

counted as (
    select
        firsts.cohort_month,
        (extract(year from age(active.active_month, firsts.cohort_month)) * 12
            + extract(month from age(active.active_month, firsts.cohort_month)))::integer as months_since_first_order,
        count(*) as active_customers
    from firsts
    join active on active.user_id = firsts.user_id
    group by 1, 2
)

select
    cohort_month,
    months_since_first_order,
    active_customers,
    first_value(active_customers) over (
        partition by cohort_month order by months_since_first_order
    ) as cohort_size,
    round(active_customers::numeric / first_value(active_customers) over (
        partition by cohort_month order by months_since_first_order
    ), 4) as retention_rate
from counted
