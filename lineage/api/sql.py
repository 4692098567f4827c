"""``POST /api/v1/lineage/sql/``: column lineage of SQL that somebody brings along. Reads nothing of the catalog."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lineage.sql import Cache, Kind, UnknownDialect, as_json
from lineage.sql.names import known
from portal.accounts.states import Scope
from portal.kernel.api import PROBLEMS, JsonBody

KINDS = "One of " + ", ".join(kind.label for kind in Kind) + "."
MAX_SQL = 12 * 1024 * 1024
SECONDS = 20.0  # a request holds a web worker for so long
CACHE = Cache()


class SqlSerializer(serializers.Serializer[Any]):
    dialect = serializers.CharField(max_length=40, allow_blank=True, help_text="snowflake, bigquery, postgres, ansi …")
    sql = serializers.CharField(max_length=MAX_SQL, trim_whitespace=False, allow_blank=True)
    schema = serializers.DictField(
        child=serializers.DictField(child=serializers.CharField(allow_null=True, allow_blank=True)),
        required=False,
        help_text="Columns of tables: {table: {column: type}}. Types may be null.",
    )
    default_database = serializers.CharField(required=False, allow_blank=True, max_length=300)
    default_schema = serializers.CharField(required=False, allow_blank=True, max_length=300)

    def validate_dialect(self, value: str) -> str:
        try:
            return known(value)
        except UnknownDialect as error:
            raise serializers.ValidationError(str(error)) from error


class SourceColumnSerializer(serializers.Serializer[Any]):
    table = serializers.CharField(
        allow_null=True, help_text="null: one of several tables, and only their schemas could tell"
    )
    column = serializers.CharField(help_text="*: all columns of a table whose columns are not known")
    kind = serializers.CharField(help_text=KINDS)


class TargetColumnSerializer(serializers.Serializer[Any]):
    target = serializers.CharField(allow_null=True, help_text="null: a SELECT that is only shown")
    column = serializers.CharField()
    sources = SourceColumnSerializer(many=True)


class IndirectUseSerializer(serializers.Serializer[Any]):
    target = serializers.CharField(allow_null=True)
    table = serializers.CharField(allow_null=True)
    column = serializers.CharField()
    kind = serializers.CharField(help_text=KINDS)


class TablesSerializer(serializers.Serializer[Any]):
    sources = serializers.ListField(child=serializers.CharField())
    targets = serializers.ListField(child=serializers.CharField())
    through = serializers.ListField(child=serializers.CharField(), help_text="made and read again by the script itself")


class SqlLineageSerializer(serializers.Serializer[Any]):
    columns = TargetColumnSerializer(many=True)
    indirect = IndirectUseSerializer(many=True)
    tables = TablesSerializer()
    warnings = serializers.ListField(
        child=serializers.CharField(), help_text="Statements that were not understood, and why."
    )


class SqlLineageView(APIView):
    parser_classes = [JsonBody]
    write_scope = Scope.READ  # it changes nothing
    max_body = MAX_SQL + 4 * 1024 * 1024

    @extend_schema(
        summary="Column lineage of SQL",
        operation_id="lineage_sql",
        request=SqlSerializer,
        responses={200: SqlLineageSerializer, **PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        """Of a statement or a script, as a whole. What is not understood becomes a warning, not an error."""
        body = SqlSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        found = CACHE.read(
            given["sql"],
            given["dialect"],
            given.get("schema"),
            database=given.get("default_database", ""),
            default_schema=given.get("default_schema", ""),
            seconds=SECONDS,
        )
        return Response(as_json(found.together))
