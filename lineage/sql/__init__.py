"""Column lineage out of SQL: a dialect, SQL and schemas in, pairs of columns with their kind of use out. No Django.

Each statement is parsed once and walked once, from the inside out; there is no second look per column. What cannot be told
without a schema says so (no table, or all columns ``*``), and what cannot be read is one warning.
"""

from lineage.sql.answers import as_json
from lineage.sql.cache import Cache
from lineage.sql.kinds import Kind
from lineage.sql.model import IndirectUse, Lineage, Script, SourceColumn, TargetColumn
from lineage.sql.names import UnknownDialect
from lineage.sql.scripts import read_script

__all__ = [
    "Cache",
    "IndirectUse",
    "Kind",
    "Lineage",
    "Script",
    "SourceColumn",
    "TargetColumn",
    "UnknownDialect",
    "as_json",
    "read_script",
]
