select
    id as decision_id,
    charge_id as payment_id,
    score,
    decision,
    model_version,
    latency_ms,
    ip_address::inet as ip_address,
    decided_at,
    _loaded_at as loaded_at
from {{ source('streams', 'fraud_decisions') }}
