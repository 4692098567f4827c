"""What the specification says that an event and its facets look like: only what is read here, everything else is let pass.

Every version of the specification is one of these shapes: what later versions added is optional, what earlier ones called
otherwise stands beside. ``_producer`` and ``_schemaURL`` are asked of nobody: nothing hangs on them.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from msgspec import Meta, Struct

Facets = dict[str, Any]
T = TypeVar("T", bound=Struct)
Text = Annotated[str, Meta(min_length=1)]


class DatasetShape(Struct, frozen=True, rename="camel"):
    namespace: str
    name: Text
    facets: Facets | None = None
    input_facets: Facets | None = None
    output_facets: Facets | None = None


class JobShape(Struct, frozen=True, rename="camel"):
    namespace: str
    name: Text
    facets: Facets | None = None


class RunShape(Struct, frozen=True, rename="camel"):
    run_id: Annotated[str, Meta(min_length=1, max_length=200)]
    facets: Facets | None = None


class RunEvent(Struct, frozen=True, rename="camel"):
    """``eventType`` may be missing; ``schemaURL`` is by many."""

    event_time: str
    run: RunShape
    job: JobShape
    producer: str
    event_type: Literal["START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER"] | None = None
    inputs: list[DatasetShape] | None = None
    outputs: list[DatasetShape] | None = None


class JobEvent(Struct, frozen=True, rename="camel"):
    event_time: str
    job: JobShape
    producer: str
    inputs: list[DatasetShape] | None = None
    outputs: list[DatasetShape] | None = None


class DatasetEvent(Struct, frozen=True, rename="camel"):
    event_time: str
    dataset: DatasetShape
    producer: str


Event = RunEvent | JobEvent | DatasetEvent

# --- facets ------------------------------------------------------------------------------------------------------------


class Identifier(Struct, frozen=True, rename="camel"):
    namespace: str
    name: str


class Field(Struct, frozen=True, rename="camel"):
    name: str
    type: str | None = None
    description: str | None = None
    fields: list[Field] | None = None


class Schema(Struct, frozen=True, rename="camel"):
    fields: list[Field] | None = None


class DataSource(Struct, frozen=True, rename="camel"):
    name: str | None = None
    uri: str | None = None


class Symlinks(Struct, frozen=True, rename="camel"):
    identifiers: list[Identifier] | None = None


class Owner(Struct, frozen=True, rename="camel"):
    name: str
    type: str | None = None


class Ownership(Struct, frozen=True, rename="camel"):
    owners: list[Owner] | None = None


class Documentation(Struct, frozen=True, rename="camel"):
    description: str | None = None


class Transformation(Struct, frozen=True, rename="camel"):
    type: str
    subtype: str | None = None
    masking: bool | None = None


class InputField(Struct, frozen=True, rename="camel"):
    namespace: str
    name: str
    field: str
    transformations: list[Transformation] | None = None


class FieldLineage(Struct, frozen=True, rename="camel"):
    input_fields: list[InputField]
    transformation_type: str | None = None


class ColumnLineage(Struct, frozen=True, rename="camel"):
    fields: dict[str, FieldLineage]
    dataset: list[InputField] | None = None


class LineageInput(Struct, frozen=True, rename="camel"):
    """A job without a name is the event's own."""

    type: Literal["DATASET", "JOB"]
    namespace: str | None = None
    name: str | None = None
    field: str | None = None
    transformations: list[Transformation] | None = None


class LineageField(Struct, frozen=True, rename="camel"):
    inputs: list[LineageInput]


class LineageEntry(Struct, frozen=True, rename="camel"):
    type: Literal["DATASET", "JOB"]
    namespace: str | None = None
    name: str | None = None
    inputs: list[LineageInput] | None = None
    fields: dict[str, LineageField] | None = None


class DatasetLineage(Struct, frozen=True, rename="camel"):
    inputs: list[LineageInput] | None = None
    fields: dict[str, LineageField] | None = None


class JobLineage(Struct, frozen=True, rename="camel"):
    entries: list[LineageEntry]


class Lifecycle(Struct, frozen=True, rename="camel"):
    lifecycle_state_change: Literal["ALTER", "CREATE", "DROP", "OVERWRITE", "RENAME", "TRUNCATE"]
    previous_identifier: Identifier | None = None


class Version(Struct, frozen=True, rename="camel"):
    dataset_version: str


class Storage(Struct, frozen=True, rename="camel"):
    storage_layer: str
    file_format: str | None = None


class DatasetType(Struct, frozen=True, rename="camel"):
    dataset_type: str
    sub_type: str | None = None


class Tag(Struct, frozen=True, rename="camel"):
    key: str
    value: str | bool | int | float | None = None
    field: str | None = None


class Tags(Struct, frozen=True, rename="camel"):
    tags: list[Tag] | None = None


class Assertion(Struct, frozen=True, rename="camel"):
    assertion: str
    success: bool
    column: str | None = None


class Assertions(Struct, frozen=True, rename="camel"):
    assertions: list[Assertion]


class Metrics(Struct, frozen=True, rename="camel"):
    column_metrics: dict[str, Any] | None = None
    row_count: int | None = None
    bytes: int | None = None

    def __post_init__(self) -> None:
        if self.column_metrics is None and self.row_count is None:
            raise ValueError("Object missing required field `columnMetrics` or `rowCount`")


class OutputStatistics(Struct, frozen=True, rename="camel"):
    row_count: int | None = None
    size: int | None = None
    file_count: int | None = None


class ParentRunId(Struct, frozen=True, rename="camel"):
    run_id: Text


class ParentJob(Struct, frozen=True, rename="camel"):
    namespace: str
    name: str


class Parent(Struct, frozen=True, rename="camel"):
    run: ParentRunId
    job: ParentJob


class NominalTime(Struct, frozen=True, rename="camel"):
    nominal_start_time: str
    nominal_end_time: str | None = None


class ErrorMessage(Struct, frozen=True, rename="camel"):
    message: str
    programming_language: str | None = None
    stack_trace: str | None = None


class ProcessingEngine(Struct, frozen=True, rename="camel"):
    version: str | None = None
    name: str | None = None


class Sql(Struct, frozen=True, rename="camel"):
    query: str
    dialect: str | None = None


class JobType(Struct, frozen=True, rename="camel"):
    integration: str | None = None
    job_type: str | None = None
    processing_type: str | None = None


class SourceCode(Struct, frozen=True, rename="camel"):
    language: str | None = None
    source_code: str | None = None


class SourceCodeLocation(Struct, frozen=True, rename="camel"):
    url: str | None = None
    type: str | None = None
    path: str | None = None
    version: str | None = None


RUN_FACETS: dict[str, type[Struct]] = {
    "parent": Parent,
    "nominalTime": NominalTime,
    "errorMessage": ErrorMessage,
    "processing_engine": ProcessingEngine,
    "tags": Tags,
}
JOB_FACETS: dict[str, type[Struct]] = {
    "documentation": Documentation,
    "ownership": Ownership,
    "sql": Sql,
    "jobType": JobType,
    "sourceCode": SourceCode,
    "sourceCodeLocation": SourceCodeLocation,
    "lineage": JobLineage,
    "tags": Tags,
}
DATASET_FACETS: dict[str, type[Struct]] = {
    "schema": Schema,
    "dataSource": DataSource,
    "symlinks": Symlinks,
    "ownership": Ownership,
    "documentation": Documentation,
    "columnLineage": ColumnLineage,
    "lineage": DatasetLineage,
    "lifecycleStateChange": Lifecycle,
    "version": Version,
    "storage": Storage,
    "datasetType": DatasetType,
    "tags": Tags,
    "dataQualityAssertions": Assertions,
}
INPUT_FACETS: dict[str, type[Struct]] = {"dataQualityMetrics": Metrics, "dataQualityAssertions": Assertions}
OUTPUT_FACETS: dict[str, type[Struct]] = {"outputStatistics": OutputStatistics}
