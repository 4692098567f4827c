select
    id,
    lower(email) as email,
    full_name,
    phone,
    birth_date,
    country,
    segment,
    acquisition_channel,
    marketing_opt_in,
    lifetime_value_cents,
    created_at,
    updated_at,
    _loaded_at as loaded_at
from {{ source('shop', 'users') }}
