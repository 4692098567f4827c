SELECT
    o.id,
    o.created_at,
    o.total_amount_cents,
    o.status,
    u.segment,
    u.lifetime_value_cents,
    p.category,
    p.brand
FROM {{ ref('stg_orders') }} o
JOIN {{ ref('stg_users') }} u ON o.user_id = u.id
JOIN {{ ref('stg_products') }} p ON o.product_id = p.id
WHERE o.created_at >= '{{ var("start_date") }}'
