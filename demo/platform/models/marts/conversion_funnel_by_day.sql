with steps as (
    select
        session_id,
        bool_or(event_type = 'product_view') as viewed,
        bool_or(event_type = 'add_to_cart') as carted,
        bool_or(event_type = 'checkout') as checked_out,
        bool_or(event_type = 'purchase') as purchased
    from {{ ref('stg_web_events') }}
    group by session_id
)

select
    {{ utc_day('sessions.started_at') }} as session_date,
    sessions.device,
    count(*) as sessions,
    count(*) filter (where steps.viewed) as product_view_sessions,
    count(*) filter (where steps.carted) as cart_sessions,
    count(*) filter (where steps.checked_out) as checkout_sessions,
    count(*) filter (where steps.purchased) as purchase_sessions,
    round(count(*) filter (where steps.purchased)::numeric / count(*), 4) as conversion_rate
from {{ ref('stg_sessions') }} as sessions
join steps on steps.session_id = sessions.session_id
group by 1, 2
