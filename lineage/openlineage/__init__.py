"""OpenLineage events, pure: what is one (``accepting``), what it says (``reading``), how all that was said of a run, a job and
a dataset adds up in whatever order it comes (``adding``), which edges follow (``graph``), and what the catalog is told
(``describing``). https://openlineage.io/docs/spec/
"""
