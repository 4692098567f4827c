{#- Days are UTC days everywhere; a cast alone would follow the time zone of the session. -#}
{% macro utc_day(column) -%}
    ({{ column }} at time zone 'UTC')::date
{%- endmacro %}

{% macro utc_month(column) -%}
    date_trunc('month', {{ column }} at time zone 'UTC')::date
{%- endmacro %}

{#- The day that the platform takes for today: the anchor of generated data, else the real one. -#}
{% macro today() -%}
    {%- if var('anchor_date', none) -%} date '{{ var("anchor_date") }}' {%- else -%} current_date {%- endif -%}
{%- endmacro %}
