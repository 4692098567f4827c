"""Reads a PostgreSQL database: its catalog, its statistics of statements, and a few values where that is asked for."""
