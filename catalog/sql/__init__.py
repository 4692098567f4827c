"""What SQL says, by sqlglot: the tables that a statement reads, and when two types are the same. Pure."""
