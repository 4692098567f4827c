select
    spend_date,
    channel,
    campaign,
    cost_cents,
    impressions,
    clicks,
    _loaded_at as loaded_at
from {{ source('agency', 'marketing_spend') }}
