from lineage.models.edges import ColumnEdge, Edge, EdgeQuerySet, Statement, Touched, Verdict

__all__ = ["ColumnEdge", "Edge", "EdgeQuerySet", "Statement", "Touched", "Verdict"]
