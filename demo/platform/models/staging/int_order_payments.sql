{{ config(materialized='ephemeral') }}

with paid as (
    select
        order_id,
        count(*) as payment_attempts,
        sum(amount_cents) filter (where is_successful) as paid_cents,
        sum(fee_cents) as fee_cents
    from {{ ref('stg_payments') }}
    group by order_id
),

returned as (
    select
        payments.order_id,
        sum(refunds.amount_cents) as refunded_cents
    from {{ ref('stg_refunds') }} as refunds
    join {{ ref('stg_payments') }} as payments on payments.payment_id = refunds.payment_id
    group by payments.order_id
)

select
    paid.order_id,
    paid.payment_attempts,
    coalesce(paid.paid_cents, 0) as paid_cents,
    paid.fee_cents,
    coalesce(returned.refunded_cents, 0) as refunded_cents
from paid
left join returned on returned.order_id = paid.order_id
