with payments as (
    select
        {{ utc_day('paid_at') }} as revenue_date,
        count(distinct order_id) as order_count,
        sum(amount_cents) as gross_revenue_cents,
        sum(fee_cents) as fee_cents
    from {{ ref('stg_payments') }}
    where is_successful
    group by 1
),

refunds as (
    select
        {{ utc_day('refunded_at') }} as revenue_date,
        sum(amount_cents) as refunded_cents
    from {{ ref('stg_refunds') }}
    group by 1
)

select
    payments.revenue_date,
    payments.order_count,
    payments.gross_revenue_cents,
    coalesce(refunds.refunded_cents, 0) as refunded_cents,
    payments.fee_cents,
    payments.gross_revenue_cents - coalesce(refunds.refunded_cents, 0) - payments.fee_cents as net_revenue_cents,
    payments.gross_revenue_cents / payments.order_count as average_order_value_cents
from payments
left join refunds on refunds.revenue_date = payments.revenue_date
