{#- Amounts and counts that may never be below zero, nor zero unless or_zero says so. -#}
{% test positive(model, column_name, or_zero=false) %}
select {{ column_name }}
from {{ model }}
where {{ column_name }} {{ '<' if or_zero else '<=' }} 0
{% endtest %}
