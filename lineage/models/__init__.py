from lineage.models.edges import ColumnEdge, Edge, EdgeQuerySet, Statement, Touched, Verdict
from lineage.models.parsing import Parsed

__all__ = ["ColumnEdge", "Edge", "EdgeQuerySet", "Parsed", "Statement", "Touched", "Verdict"]
