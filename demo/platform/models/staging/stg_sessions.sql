select
    id as session_id,
    user_id,
    anonymous_id,
    ip_address::inet as ip_address,
    device,
    browser,
    country,
    nullif(utm_source, '(direct)') as utm_source,
    landing_page,
    started_at,
    ended_at,
    extract(epoch from ended_at - started_at)::integer as duration_seconds,
    _loaded_at as loaded_at
from {{ source('web', 'sessions') }}
