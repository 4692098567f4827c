"""What SQL says, by sqlglot: the tables that a statement reads, and when two types are the same. Pure."""

import logging

# its warnings repeat what was not understood, and a statement may hold a password
logging.getLogger("sqlglot").setLevel(logging.ERROR)
