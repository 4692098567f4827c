"""Precision and recall of what is taken for personal data, on columns that people labelled and on values made for it."""
