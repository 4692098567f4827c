with history as (
    select
        orders.user_id,
        payments.payment_id,
        payments.paid_at,
        payments.amount_cents,
        payments.card_country <> orders.shipping_country as is_foreign_card,
        count(*) over earlier as earlier_payments,
        count(*) filter (where not payments.is_successful) over earlier as earlier_failures
    from {{ ref('stg_payments') }} as payments
    join {{ ref('stg_orders') }} as orders on orders.id = payments.order_id
    window earlier as (
        partition by orders.user_id order by payments.paid_at rows between unbounded preceding and 1 preceding
    )
)

select
    history.payment_id,
    history.paid_at as event_timestamp,
    history.user_id,
    history.amount_cents,
    history.is_foreign_card,
    history.earlier_payments,
    history.earlier_failures,
    decisions.score as last_score,
    decisions.decision
from history
join {{ ref('stg_fraud_decisions') }} as decisions on decisions.payment_id = history.payment_id
