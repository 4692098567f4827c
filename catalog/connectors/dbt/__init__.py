"""dbt's artifacts as facts: ``reader.DbtReader`` takes those of any version of dbt."""
