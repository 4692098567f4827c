select
    id as subscription_id,
    user_id,
    plan,
    status,
    monthly_price_cents,
    started_at,
    canceled_at,
    coalesce(cancel_reason, case when canceled_at is not null then 'not_given' end) as cancel_reason,
    updated_at,
    _loaded_at as loaded_at
from {{ source('shop', 'subscriptions') }}
