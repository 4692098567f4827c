with charges as (
    select * from {{ source('stripe', 'stripe_charges') }}
),

-- Stripe's connector delivers at least once: the copy that came last is the one that counts.
ranked as (
    select
        *,
        row_number() over (partition by id order by _loaded_at desc) as copy_number
    from charges
)

select
    id as payment_id,
    order_id,
    amount as amount_cents,
    fee_cents,
    currency,
    status,
    status = 'succeeded' as is_successful,
    failure_code,
    payment_method,
    card_country,
    lower(receipt_email) as receipt_email,
    created_at as paid_at,
    _loaded_at as loaded_at
from ranked
where copy_number = 1
