"""The catalog's REST answers, over the same queries and services as its pages."""
