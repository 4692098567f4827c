"""The demo platform: a shop's warehouse, generated and then built by dbt itself."""
