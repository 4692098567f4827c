select
    users.id as customer_id,
    users.full_name,
    users.email,
    users.country,
    users.created_at as signed_up_at,
    count(orders.id) as order_count,
    coalesce(sum(orders.total_amount_cents), 0) as total_spent_cents
from {{ ref('stg_users') }} as users
left join {{ ref('stg_orders') }} as orders on orders.user_id = users.id and orders.is_kept
group by 1, 2, 3, 4, 5
