with months as (
    select distinct date_trunc('month', date_day)::date as month
    from {{ ref('all_days') }}
)

select
    months.month,
    employees.department,
    count(*) filter (
        where employees.left_on is null or employees.left_on >= months.month + interval '1 month'
    ) as headcount,
    count(*) filter (where date_trunc('month', employees.hired_on) = months.month) as joined_count,
    count(*) filter (where date_trunc('month', employees.left_on) = months.month) as left_count,
    sum(employees.salary_cents) / 12 as monthly_salary_cents
from months
join {{ ref('stg_employees') }} as employees
    on employees.hired_on < months.month + interval '1 month'
    and (employees.left_on is null or employees.left_on >= months.month)
group by 1, 2
