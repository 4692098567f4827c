select
    id as refund_id,
    charge_id as payment_id,
    amount_cents,
    reason,
    status,
    created_at as refunded_at,
    _loaded_at as loaded_at
from {{ source('stripe', 'stripe_refunds') }}
