select
    sessions.session_id,
    sessions.ended_at as event_timestamp,
    sessions.user_id,
    sessions.device,
    sessions.utm_source,
    sessions.duration_seconds,
    count(events.event_id) as event_count,
    count(distinct events.product_id) as products_seen,
    count(*) filter (where events.event_type = 'add_to_cart') as cart_additions,
    bool_or(events.event_type = 'purchase') as is_converted
from {{ ref('stg_sessions') }} as sessions
join {{ ref('stg_web_events') }} as events on events.session_id = sessions.session_id
group by 1, 2, 3, 4, 5, 6
