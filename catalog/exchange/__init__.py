"""Curated metadata out of the portal and back into it, as CSV and YAML."""
