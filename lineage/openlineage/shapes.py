"""What the specification says that an event and its facets look like: only what is read here, everything else is let pass.

Every version of the specification is one of these shapes: what later versions added is optional, what earlier ones called
otherwise stands beside. ``_producer`` and ``_schemaURL`` are asked of nobody: nothing hangs on them.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

Facets = dict[str, Any]
T = TypeVar("T", bound=Struct)
Text = Annotated[str, Meta(min_length=1)]


class DatasetShape(Struct, frozen=True):
    namespace: str
    name: Text
    facets: Facets | None = None
    inputFacets: Facets | None = None
    outputFacets: Facets | None = None


class JobShape(Struct, frozen=True):
    namespace: str
    name: Text
    facets: Facets | None = None


class RunShape(Struct, frozen=True):
    runId: Annotated[str, Meta(min_length=1, max_length=200)]
    facets: Facets | None = None


class RunEvent(Struct, frozen=True):
    """``eventType`` may be missing; ``schemaURL`` is by many."""

    eventTime: str
    run: RunShape
    job: JobShape
    producer: str
    eventType: Literal["START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER"] | None = None
    inputs: list[DatasetShape] | None = None
    outputs: list[DatasetShape] | None = None


class JobEvent(Struct, frozen=True):
    eventTime: str
    job: JobShape
    producer: str
    inputs: list[DatasetShape] | None = None
    outputs: list[DatasetShape] | None = None


class DatasetEvent(Struct, frozen=True):
    eventTime: str
    dataset: DatasetShape
    producer: str


Event = RunEvent | JobEvent | DatasetEvent

# --- facets ------------------------------------------------------------------------------------------------------------


class Identifier(Struct, frozen=True):
    namespace: str
    name: str


class Field(Struct, frozen=True):
    name: str
    type: str | None = None
    description: str | None = None
    ordinal_position: int | None = None
    fields: list[Field] | None = None


class Schema(Struct, frozen=True):
    fields: list[Field] | None = None


class DataSource(Struct, frozen=True):
    name: str | None = None
    uri: str | None = None


class Symlinks(Struct, frozen=True):
    identifiers: list[Identifier] | None = None


class Owner(Struct, frozen=True):
    name: str
    type: str | None = None


class Ownership(Struct, frozen=True):
    owners: list[Owner] | None = None


class Documentation(Struct, frozen=True):
    description: str | None = None


class Transformation(Struct, frozen=True):
    type: str
    subtype: str | None = None
    masking: bool | None = None


class InputField(Struct, frozen=True):
    namespace: str
    name: str
    field: str
    transformations: list[Transformation] | None = None


class FieldLineage(Struct, frozen=True):
    inputFields: list[InputField]
    transformationType: str | None = None


class ColumnLineage(Struct, frozen=True):
    fields: dict[str, FieldLineage]
    dataset: list[InputField] | None = None


class LineageInput(Struct, frozen=True):
    """A job without a name is the event's own."""

    type: Literal["DATASET", "JOB"]
    namespace: str | None = None
    name: str | None = None
    field: str | None = None
    transformations: list[Transformation] | None = None


class LineageField(Struct, frozen=True):
    inputs: list[LineageInput]


class LineageEntry(Struct, frozen=True):
    type: Literal["DATASET", "JOB"]
    namespace: str | None = None
    name: str | None = None
    inputs: list[LineageInput] | None = None
    fields: dict[str, LineageField] | None = None


class DatasetLineage(Struct, frozen=True):
    inputs: list[LineageInput] | None = None
    fields: dict[str, LineageField] | None = None


class JobLineage(Struct, frozen=True):
    entries: list[LineageEntry]


class Lifecycle(Struct, frozen=True):
    lifecycleStateChange: Literal["ALTER", "CREATE", "DROP", "OVERWRITE", "RENAME", "TRUNCATE"]
    previousIdentifier: Identifier | None = None


class Version(Struct, frozen=True):
    datasetVersion: str


class Storage(Struct, frozen=True):
    storageLayer: str
    fileFormat: str | None = None


class DatasetType(Struct, frozen=True):
    datasetType: str
    subType: str | None = None


class Tag(Struct, frozen=True):
    key: str
    value: str | bool | int | float | None = None
    field: str | None = None


class Tags(Struct, frozen=True):
    tags: list[Tag] | None = None


class Assertion(Struct, frozen=True):
    assertion: str
    success: bool
    column: str | None = None


class Assertions(Struct, frozen=True):
    assertions: list[Assertion]


class Metrics(Struct, frozen=True):
    columnMetrics: dict[str, Any] | None = None
    rowCount: int | None = None
    bytes: int | None = None

    def __post_init__(self) -> None:
        if self.columnMetrics is None and self.rowCount is None:
            raise ValueError("Object missing required field `columnMetrics` or `rowCount`")


class OutputStatistics(Struct, frozen=True):
    rowCount: int | None = None
    size: int | None = None
    fileCount: int | None = None


class ParentRunId(Struct, frozen=True):
    runId: Text


class ParentJob(Struct, frozen=True):
    namespace: str
    name: str


class Parent(Struct, frozen=True):
    run: ParentRunId
    job: ParentJob


class NominalTime(Struct, frozen=True):
    nominalStartTime: str
    nominalEndTime: str | None = None


class ErrorMessage(Struct, frozen=True):
    message: str
    programmingLanguage: str | None = None
    stackTrace: str | None = None


class ProcessingEngine(Struct, frozen=True):
    version: str | None = None
    name: str | None = None


class Sql(Struct, frozen=True):
    query: str
    dialect: str | None = None


class JobType(Struct, frozen=True):
    integration: str | None = None
    jobType: str | None = None
    processingType: str | None = None


class SourceCode(Struct, frozen=True):
    language: str | None = None
    sourceCode: str | None = None


class SourceCodeLocation(Struct, frozen=True):
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
