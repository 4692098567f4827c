select
    {{ utc_day('decisions.decided_at') }} as decision_date,
    decisions.model_version,
    count(*) as decision_count,
    count(*) filter (where decisions.decision = 'block') as blocked_count,
    count(*) filter (where decisions.decision = 'review') as review_count,
    coalesce(sum(payments.amount_cents) filter (where decisions.decision = 'block'), 0) as blocked_amount_cents,
    percentile_cont(0.95) within group (order by decisions.latency_ms) as p95_latency_ms
from {{ ref('stg_fraud_decisions') }} as decisions
join {{ ref('stg_payments') }} as payments on payments.payment_id = decisions.payment_id
group by 1, 2
