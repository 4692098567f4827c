select
    id as employee_id,
    full_name,
    lower(email) as email,
    phone,
    birth_date,
    department,
    job_title,
    manager_id,
    salary_cents,
    hired_on,
    left_on,
    left_on is null as is_employed,
    _loaded_at as loaded_at
from {{ source('people', 'employees') }}
