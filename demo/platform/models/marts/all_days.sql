select day::date as date_day
from generate_series({{ today() }} - interval '3 years', {{ today() }}, interval '1 day') as day
