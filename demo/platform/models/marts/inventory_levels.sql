select
    events.product_id,
    events.site,
    products.category,
    sum(events.quantity_change) as units_on_hand,
    coalesce(-sum(events.quantity_change) filter (
        where events.event_type = 'shipped' and events.occurred_at >= {{ today() }} - interval '14 days'
    ), 0) as units_shipped_14_days,
    max(events.occurred_at) as last_movement_at
from {{ ref('stg_inventory_events') }} as events
join {{ ref('stg_products') }} as products on products.id = events.product_id
group by 1, 2, 3
