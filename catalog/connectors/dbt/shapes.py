"""What is read out of dbt's artifacts, version by version the union of all. Every field may be missing.

Fields that are not named here (macros, checksums, parent maps …) are skipped by the decoder, not built.
"""

from __future__ import annotations

from typing import Any

import msgspec

Texts = list[str] | str | None
Meta = dict[str, Any] | None
Version = int | float | str | None


class Shape(msgspec.Struct, gc=False):
    """Decoded values hold no cycles, so the collector need not visit them."""


class Metadata(Shape):
    dbt_schema_version: str | None = None
    generated_at: str | None = None
    adapter_type: str | None = None
    quoting: Quoting | None = None


class Quoting(Shape):
    identifier: bool | None = None


class DependsOn(Shape):
    nodes: list[str] | None = None


class Contract(Shape):
    enforced: bool | None = None


class ColumnConfig(Shape):
    meta: Meta = None
    tags: Texts = None


class Column(Shape):
    description: str | None = None
    data_type: str | None = None
    meta: Meta = None
    tags: Texts = None
    constraints: list[dict[str, Any]] | None = None
    config: ColumnConfig | None = None


class Config(Shape):
    enabled: bool | None = None
    materialized: str | None = None
    meta: Meta = None
    tags: Texts = None
    group: str | None = None
    access: str | None = None
    unique_key: Texts = None
    contract: Contract | None = None
    quoting: Quoting | None = None


class Node(Shape):
    """A model, seed, snapshot or source."""

    resource_type: str | None = None
    package_name: str | None = None
    name: str | None = None
    alias: str | None = None
    identifier: str | None = None
    database: str | None = None
    schema: str | None = None
    relation_name: str | None = None
    description: str | None = None
    columns: dict[str, Column] | None = None
    config: Config | None = None
    meta: Meta = None
    tags: Texts = None
    group: str | None = None
    access: str | None = None
    original_file_path: str | None = None
    patch_path: str | None = None
    raw_code: str | None = None
    raw_sql: str | None = None
    compiled_code: str | None = None
    compiled_sql: str | None = None
    language: str | None = None
    depends_on: DependsOn | None = None
    contract: Contract | None = None
    constraints: list[dict[str, Any]] | None = None
    primary_key: Texts = None
    version: Version = None
    latest_version: Version = None
    deprecation_date: str | None = None
    quoting: Quoting | None = None
    source_name: str | None = None
    source_description: str | None = None
    loader: str | None = None
    loaded_at_field: str | None = None
    freshness: dict[str, Any] | None = None
    external: Any = None


class Member(Shape):
    """An entity, dimension or measure of a semantic model."""

    name: str | None = None
    expr: Any = None
    agg_time_dimension: str | None = None
    non_additive_dimension: Any = None


class Resource(Shape):
    """An exposure, metric, semantic model or saved query."""

    package_name: str | None = None
    name: str | None = None
    label: str | None = None
    description: str | None = None
    config: Config | None = None
    meta: Meta = None
    tags: Texts = None
    group: str | None = None
    original_file_path: str | None = None
    depends_on: DependsOn | None = None
    type: str | None = None
    owner: Any = None
    url: str | None = None
    maturity: str | None = None
    type_params: Any = None
    filter: Any = None
    calculation_method: str | None = None
    expression: str | None = None
    sql: str | None = None
    timestamp: str | None = None
    time_grains: list[str] | None = None
    dimensions: list[Member | str] | None = None
    entities: list[Member] | None = None
    measures: list[Member] | None = None
    primary_entity: str | None = None
    defaults: Any = None
    query_params: Any = None
    exports: list[Member] | None = None


class Group(Shape):
    name: str | None = None
    package_name: str | None = None
    owner: Any = None


class DataTestMetadata(Shape):
    name: str | None = None
    namespace: str | None = None
    kwargs: Meta = None


class DataTestConfig(Shape):
    enabled: bool | None = None
    severity: str | None = None
    where: str | None = None
    meta: Meta = None
    tags: Texts = None


class DataTest(Shape):
    name: str | None = None
    package_name: str | None = None
    description: str | None = None
    column_name: str | None = None
    attached_node: str | None = None
    test_metadata: DataTestMetadata | None = None
    config: DataTestConfig | None = None
    meta: Meta = None
    tags: Texts = None
    depends_on: DependsOn | None = None
    original_file_path: str | None = None
    raw_code: str | None = None
    raw_sql: str | None = None
    compiled_code: str | None = None
    compiled_sql: str | None = None


class UnitTest(Shape):
    name: str | None = None
    package_name: str | None = None
    description: str | None = None
    config: DataTestConfig | None = None
    depends_on: DependsOn | None = None
    original_file_path: str | None = None
    given: Any = None
    expect: Any = None
    version: Version = None


class Disabled(Shape):
    unique_id: str | None = None


class TableMetadata(Shape):
    type: str | None = None
    comment: str | None = None
    owner: str | None = None


class SeenColumn(Shape):
    type: str | None = None
    index: int | float | None = None
    comment: str | None = None


class Stat(Shape):
    value: Any = None


class CatalogTable(Shape):
    metadata: TableMetadata | None = None
    columns: dict[str, SeenColumn] | None = None
    stats: dict[str, Stat] | None = None


class Args(Shape):
    which: str | None = None
    rpc_method: str | None = None
    empty: bool | None = None


class Timing(Shape):
    name: str | None = None
    completed_at: str | None = None


class Result(Shape):
    """One entry of run_results.json."""

    unique_id: str | None = None
    status: str | None = None
    message: str | None = None
    failures: int | float | None = None
    execution_time: int | float | None = None
    timing: list[Timing] | None = None


class Limit(Shape):
    count: int | float | None = None
    period: str | None = None


class Criteria(Shape):
    warn_after: Limit | None = None
    error_after: Limit | None = None


class Freshness(Shape):
    """One entry of sources.json."""

    unique_id: str | None = None
    status: str | None = None
    max_loaded_at: str | None = None
    snapshotted_at: str | None = None
    criteria: Criteria | None = None
    error: str | None = None
