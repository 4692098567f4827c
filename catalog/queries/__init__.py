"""Reads that answer one page's question, each in a constant number of queries."""
