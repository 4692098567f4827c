select
    id as ticket_id,
    user_id,
    order_id,
    lower(requester_email) as requester_email,
    topic,
    priority,
    status,
    satisfaction_score,
    created_at,
    resolved_at,
    round(extract(epoch from resolved_at - created_at) / 3600, 1) as hours_to_resolve,
    _loaded_at as loaded_at
from {{ source('helpdesk', 'support_tickets') }}
