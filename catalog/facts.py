"""What a connector tells the catalog about the world, free of any tool's own words.

Every reader turns its files or answers into these frozen values; each room's ``sink.py`` takes those that it understands.
A field that only one vendor knows does not belong here: it goes into ``meta`` (small, JSON-able, shown as it is).

Keys: every fact about one thing carries that thing's ``key``, its stable id inside the source (dbt's ``unique_id``, a
warehouse's ``db.schema.table``). Keys never leave their source; identity across sources is ``Name`` (OpenLineage's pair).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What an asset is. The value is stored and stands in URLs of the API."""

    TABLE = "table"
    VIEW = "view"
    MATERIALIZED_VIEW = "materialized_view"
    EXTERNAL_TABLE = "external_table"
    SEED = "seed"
    SNAPSHOT = "snapshot"
    EPHEMERAL = "ephemeral"  # a model that is inlined and has no relation of its own
    DASHBOARD = "dashboard"
    ML_MODEL = "ml_model"
    APPLICATION = "application"
    ANALYSIS = "analysis"
    NOTEBOOK = "notebook"
    METRIC = "metric"
    SEMANTIC_MODEL = "semantic_model"
    SAVED_QUERY = "saved_query"
    DYNAMIC_TABLE = "dynamic_table"
    DATABASE = "database"
    SCHEMA = "schema"
    TOPIC = "topic"
    FILE = "file"  # a path or a bucket that jobs read and write
    JOB = "job"  # what makes data: a task of a DAG, a Flink or Spark job
    FEATURE_VIEW = "feature_view"
    ENDPOINT = "endpoint"


DATASET_KINDS = frozenset(
    {
        Kind.TABLE,
        Kind.VIEW,
        Kind.MATERIALIZED_VIEW,
        Kind.EXTERNAL_TABLE,
        Kind.SEED,
        Kind.SNAPSHOT,
        Kind.EPHEMERAL,
        Kind.DYNAMIC_TABLE,
        Kind.TOPIC,
        Kind.FILE,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A place in a warehouse. Each part is written as the tool wrote it; ``quoted`` says that case is meant."""

    database: str
    schema: str
    identifier: str
    quoted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NameFact:
    """A full name by which some tool calls a thing: OpenLineage's pair, as a symlink or an alias gives it."""

    namespace: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerNameFact:
    """A full name that a thing had until it was renamed ``at`` some moment (ISO 8601 with time zone)."""

    namespace: str
    name: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerFact:
    name: str
    email: str = ""
    is_team: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnFact:
    name: str
    position: int
    data_type: str = ""
    nullable: bool | None = None  # None: nobody said
    is_key: bool = False
    description: str = ""
    tags: tuple[str, ...] = ()
    pii: str = ""  # class of personal data ("email", "name", "pii" where the class is not told); "" = not declared
    pii_reason: str = ""  # where it was declared, in words for people: "declared in dbt meta"
    meta: Mapping[str, object] = field(default_factory=dict)
    observed: bool = False  # the column was seen in the warehouse, not only documented
    foreign_key: str = ""  # schema.table.column that it points to


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetFact:
    """One thing of the platform.

    Exactly one of ``relation`` (things that live in a warehouse) and ``address`` (dotted path of all others, unique
    within the platform) gives the identity. ``aliases`` are further names in the same namespace by which tools call the
    same thing, ``names`` such names in other namespaces (symlinks), ``former_names`` those that it had before it was
    renamed.

    ``namespace``: where it lives, of sources that speak of many instances; otherwise relations live on the source's own
    instance, and all else belongs to the source.

    ``mention``: the source only names the thing, somebody else knows it (a contract's table, a query's input). A mention
    joins what is known by its name; where nothing is, it stands on the unmatched page.

    ``unique_keys``: sets of columns in which the platform itself lets no two rows be alike. A key that it only takes note of
    is a ``primary_key``, and none of them.

    ``first_hand``: the reader has asked the platform itself. What it shows of columns is how the table is; what others
    have ``observed`` stood in a file that some tool wrote earlier.
    """

    key: str
    kind: Kind
    title: str
    platform: str  # "postgres", "snowflake", "duckdb", "dbt", "looker" …
    relation: Relation | None = None
    address: str = ""
    namespace: str = ""
    aliases: tuple[str, ...] = ()
    names: tuple[NameFact, ...] = ()
    former_names: tuple[FormerNameFact, ...] = ()
    mention: bool = False
    first_hand: bool = False
    description: str = ""
    tags: tuple[str, ...] = ()
    owners: tuple[OwnerFact, ...] = ()
    domain: str = ""
    tier: str = ""
    url: str = ""
    columns: tuple[ColumnFact, ...] = ()
    columns_known: bool = False  # False: the list says nothing about columns that it does not name
    primary_key: tuple[str, ...] = ()
    unique_keys: tuple[tuple[str, ...], ...] = ()
    materialized: str = ""
    language: str = ""
    code: str = ""
    compiled_code: str = ""
    row_count: int | None = None
    size_bytes: int | None = None
    altered_at: str = ""  # ISO 8601: when the thing itself was last changed, as its platform tells
    deprecated_at: str = ""  # ISO 8601 date or date-time
    meta: Mapping[str, object] = field(default_factory=dict)


class EdgeOrigin(StrEnum):
    """How the source knows of an edge."""

    DECLARED = "declared"  # a project's or a database's own word
    OBSERVED = "observed"  # it was seen to happen


class ColumnUseFact(NamedTuple):
    """``use`` in the words of OpenLineage's column lineage, in lower case: identity, transformation, aggregation,
    conditional, window, order_by, group_by, join, filter; anything else counts as "unknown". ``downstream`` "": the
    downstream as a whole, a dashboard that shows the value or a table whose rows it decides. ``masking``: how much of the
    value is hidden: "none", "pseudonym" or "full"; "" where nobody says."""

    upstream: str
    downstream: str
    use: str = "unknown"
    masking: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeFact:
    """``upstream`` is read to make ``downstream``; both are keys of this source. Endpoints that no AssetFact of the run
    describes are dangling and are dropped with a warning by the reader, not by the sink.

    ``columns``: what is known of columns; ``columns_complete`` promises that nothing else of the upstream is used.
    ``job``: key of an AssetFact of kind job that does it.
    """

    upstream: str
    downstream: str
    origin: EdgeOrigin = EdgeOrigin.DECLARED
    columns: tuple[ColumnUseFact, ...] = ()
    columns_complete: bool = False
    job: str = ""
    sql: str = ""
    dialect: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryFact:
    """A statement that was run in the warehouse, for lineage to be read out of. ``database`` and ``schema`` are where
    unqualified names were looked up. ``key`` names it in warnings."""

    key: str
    sql: str
    dialect: str
    database: str = ""
    schema: str = ""
    at: str = ""  # ISO 8601 with time zone, when it was last run; "" where nobody says


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryFact:
    """Where a platform's statistics forget at times of their own (a restart, a full table): what was observed in them holds
    for so many days without being observed again. Without this fact, what a run does not tell is no more."""

    days: int


class CheckStatus(StrEnum):
    PASS = "pass"  # noqa: S105 - a check's outcome, not a password
    WARN = "warn"
    FAIL = "fail"
    ERROR = "error"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckFact:
    """A promise about the data that some tool tests. ``asset`` is the key of what it is about, ``column`` its column or ""."""

    key: str
    asset: str
    kind: str  # "not_null", "unique", "accepted_values", "relationships", "custom" …
    title: str
    column: str = ""
    severity: str = "error"  # or "warn"
    description: str = ""
    expression: str = ""  # SQL or arguments, for people
    meta: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultFact:
    """One outcome of one check. Identity is (check, at): the same result twice is one result."""

    check: str
    status: CheckStatus
    at: str  # ISO 8601 with time zone
    failures: int | None = None
    message: str = ""
    seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshnessFact:
    """How old the newest row was when somebody looked. ``status`` as judged by the tool against its own limits."""

    asset: str
    status: CheckStatus
    at: str  # ISO 8601 with time zone, when it was looked at
    loaded_at: str = ""  # ISO 8601 with time zone; "" where the question itself failed
    warn_after_s: int | None = None
    error_after_s: int | None = None
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildFact:
    """The last time that a job made this asset, as the job told it."""

    asset: str
    status: CheckStatus
    at: str
    seconds: float | None = None
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageFact:
    """How often one principal read an asset on one day, and what it was joined with.

    ``running``: the number counts since the platform's statistics began (pg_stat_statements), and ``day`` is the day of
    the look; the intake keeps the last figure and takes the difference. ``since`` tells when they began: another moment
    than last time means that the count started anew. Otherwise it is the whole day's number, and the same day told again
    replaces it.
    """

    asset: str
    day: str  # ISO 8601 date
    principal: str  # as the platform calls who read
    reads: int
    running: bool = False
    since: str = ""  # ISO 8601 with time zone; "" where nobody says
    joined: tuple[tuple[str, int], ...] = ()  # (key of the other asset, times)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleFact:
    """A few values of an asset's columns, for detecting personal data. Looked at in memory, stored nowhere."""

    asset: str
    values: Mapping[str, Sequence[str]] = field(repr=False)  # by column name; shown in no message


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractFact:
    """A contract document as written, and which of its tables is which asset of this source."""

    key: str  # stable id of the document inside the source: its path
    file: str
    content: bytes
    tables: tuple[tuple[str, str], ...]  # (name in the document, key of the asset)
    author: str = ""
    at: str = ""  # ISO 8601 with time zone, when it was written; "" where nobody says


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFact:
    """Said first of all, if at all: a digest of everything in the input that any fact depends on. The same digest as last
    time promises the same facts, so that nothing of them needs to be read."""

    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtentFact:
    """About how many AssetFacts will follow; said before them, for the progress bar alone."""

    assets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningFact:
    """Something in the input that was left out or mended. Shown on the run's page with its file and place."""

    file: str
    place: str
    message: str


Fact = (
    AssetFact
    | EdgeFact
    | QueryFact
    | MemoryFact
    | CheckFact
    | ResultFact
    | FreshnessFact
    | BuildFact
    | UsageFact
    | SampleFact
    | ContractFact
    | InputFact
    | ExtentFact
    | WarningFact
)
FactTypes: Sequence[type[Fact]] = (
    AssetFact,
    EdgeFact,
    QueryFact,
    MemoryFact,
    CheckFact,
    ResultFact,
    FreshnessFact,
    BuildFact,
    UsageFact,
    SampleFact,
    ContractFact,
    InputFact,
    ExtentFact,
    WarningFact,
)
