"""Ingestion of a generated dbt project, against ``datahub ingest`` and against bare ``json.load`` of the same files."""
