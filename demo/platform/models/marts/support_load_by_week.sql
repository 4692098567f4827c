select
    date_trunc('week', tickets.created_at at time zone 'UTC')::date as week,
    tickets.topic,
    count(*) as ticket_count,
    count(*) filter (where tickets.status = 'open') as open_count,
    round(avg(tickets.hours_to_resolve), 1) as average_hours_to_resolve,
    round(avg(tickets.satisfaction_score), 2) as average_satisfaction
from {{ ref('stg_support_tickets') }} as tickets
group by 1, 2
