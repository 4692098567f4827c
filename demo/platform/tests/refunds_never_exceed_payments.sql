-- A refund larger than its payment would be money given away; no single column can tell.
select
    payments.payment_id,
    payments.amount_cents,
    sum(refunds.amount_cents) as refunded_cents
from {{ ref('stg_payments') }} as payments
join {{ ref('stg_refunds') }} as refunds on refunds.payment_id = payments.payment_id
group by payments.payment_id, payments.amount_cents
having sum(refunds.amount_cents) > payments.amount_cents
