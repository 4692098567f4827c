"""Contracts kept as files, as in a Git repository."""
