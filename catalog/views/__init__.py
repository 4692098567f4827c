"""The catalog's pages, by noun."""
