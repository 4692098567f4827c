from lineage.models.edges import ColumnEdge, Edge, EdgeQuerySet, Statement, Touched, Verdict
from lineage.models.graph import Horizon
from lineage.models.parsing import Parsed
from lineage.models.runs import JobRun, QueuedEvent, ToldDataset, ToldJob

__all__ = [
    "ColumnEdge",
    "Edge",
    "EdgeQuerySet",
    "Horizon",
    "JobRun",
    "Parsed",
    "QueuedEvent",
    "Statement",
    "ToldDataset",
    "ToldJob",
    "Touched",
    "Verdict",
]
