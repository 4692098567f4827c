{#- The schemas are the platform's own words (raw, staging, marts, ml_features), never prefixed by a target. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
