select
    {{ utc_month('refunds.refunded_at') }} as refund_month,
    reasons.reason,
    reasons.label as reason_label,
    reasons.is_our_fault,
    count(*) as refund_count,
    sum(refunds.amount_cents) as refunded_cents
from {{ ref('stg_refunds') }} as refunds
join {{ ref('refund_reasons') }} as reasons on reasons.reason = refunds.reason
group by 1, 2, 3, 4
