"""What the API tells: an allow-list of fields, named as in the pages."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.kinds import KINDS
from catalog.models import Asset, AssetOwner, Column, IngestionRun, Source
from catalog.services import credentials
from catalog.states import RunState
from portal.kernel import wiring


class OwnerSerializer(serializers.ModelSerializer[AssetOwner]):
    is_team = serializers.BooleanField(source="of_team", read_only=True)
    user = serializers.CharField(source="user.username", default=None, read_only=True, allow_null=True)
    team = serializers.CharField(source="team.slug", default=None, read_only=True, allow_null=True)

    class Meta:
        model = AssetOwner
        fields = ("name", "email", "is_team", "user", "team")


class ColumnSerializer(serializers.ModelSerializer[Column]):
    meta = serializers.DictField(read_only=True)

    class Meta:
        model = Column
        fields = (
            *("name", "position", "data_type", "nullable", "is_key", "description", "tags"),
            *("pii", "pii_reason", "observed", "meta"),
        )
        read_only_fields = fields


class AssetSerializer(serializers.ModelSerializer[Asset]):
    """One asset as a list shows it."""

    id = serializers.UUIDField(source="uuid", read_only=True)
    kind = serializers.ChoiceField(choices=sorted(KINDS), read_only=True)
    url = serializers.CharField(read_only=True, help_text="Link that the source gave, e.g. of the dashboard.")
    page = serializers.CharField(source="get_absolute_url", read_only=True, help_text="The asset's page in the portal.")
    domain = serializers.CharField(source="domain.slug", default=None, read_only=True, allow_null=True)
    owners = OwnerSerializer(many=True, read_only=True)
    retired = serializers.SerializerMethodField()

    class Meta:
        model = Asset
        fields: tuple[str, ...] = (
            *("id", "kind", "platform", "namespace", "name", "database", "schema", "title", "path", "page", "url"),
            *("description", "domain", "tier", "tags", "pii", "owners", "column_count", "row_count", "size_bytes"),
            *("deprecated_at", "created_at", "changed_at", "retired"),
        )
        read_only_fields = fields

    @extend_schema_field(serializers.BooleanField())
    def get_retired(self, asset: Asset) -> bool:
        return asset.retired_at is not None


class NameSerializer(serializers.Serializer[Any]):
    namespace = serializers.CharField(read_only=True)
    name = serializers.CharField(read_only=True)


class DefinitionSerializer(serializers.Serializer[Any]):
    materialized = serializers.CharField(read_only=True)
    language = serializers.CharField(read_only=True)
    code = serializers.CharField(read_only=True)
    compiled_code = serializers.CharField(read_only=True)


class AssetDetailSerializer(AssetSerializer):
    """One asset with its columns, its names, how it is made, and what the source told beyond that."""

    columns = serializers.SerializerMethodField()
    names = NameSerializer(many=True, read_only=True)
    definition = serializers.SerializerMethodField()
    meta = serializers.DictField(read_only=True)

    class Meta(AssetSerializer.Meta):
        fields = (*AssetSerializer.Meta.fields, "meta", "definition", "names", "columns")
        read_only_fields = fields

    @extend_schema_field(ColumnSerializer(many=True))
    def get_columns(self, asset: Asset) -> Any:
        rows = asset.columns.filter(retired_at=None).order_by("position", "id")
        return ColumnSerializer(rows, many=True).data

    @extend_schema_field(DefinitionSerializer(allow_null=True))
    def get_definition(self, asset: Asset) -> Any:
        """Code that names what the reader may not see is withheld: empty."""
        found = getattr(asset, "definition", None)
        if found is None:
            return None
        told = dict(DefinitionSerializer(found).data)
        if wiring.hidden_inputs(self.context["request"].user, [asset.pk]):
            told |= {"code": "", "compiled_code": ""}
        return told


class MovedSerializer(serializers.Serializer[Any]):
    detail = serializers.CharField(read_only=True)
    merged_into = serializers.UUIDField(read_only=True, help_text="Public id of the asset that it is part of now.")


class SourceSerializer(serializers.ModelSerializer[Source]):
    options = serializers.DictField(child=serializers.CharField(), read_only=True)
    secrets = serializers.SerializerMethodField(help_text="Names of the secrets that are stored; never their values.")

    class Meta:
        model = Source
        fields = (
            *("slug", "title", "kind", "namespace", "options", "secrets"),
            *("schedule", "paused", "next_run_at", "created_at"),
        )
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_secrets(self, source: Source) -> list[str]:
        return sorted(credentials.stored_names(source))


class OptionsField(serializers.DictField):
    child = serializers.CharField(max_length=20_000, allow_blank=True, trim_whitespace=False)


class NewSourceSerializer(serializers.Serializer[Any]):
    slug = serializers.SlugField(max_length=80)
    title = serializers.CharField(max_length=200, required=False, default="")
    kind = serializers.CharField(max_length=40, help_text="A kind of reader: dbt.")
    namespace = serializers.CharField(
        max_length=200,
        required=False,
        allow_blank=True,
        default="",
        help_text="Platform instance that its tables live on, e.g. snowflake://org-account.",
    )
    options = OptionsField(required=False, default=dict, help_text="What its reader wants to know.")
    secrets = OptionsField(required=False, default=dict, write_only=True, help_text="Sealed; never told again.")


class SourceChangesSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=200, required=False)
    namespace = serializers.CharField(max_length=200, required=False, allow_blank=True)
    options = OptionsField(required=False, help_text="All of them: what is not named is unset.")
    secrets = OptionsField(required=False, write_only=True, help_text="Those to set; the others stay.")
    forget = serializers.ListField(
        child=serializers.CharField(max_length=100), required=False, help_text="Names of secrets to forget."
    )
    schedule = serializers.CharField(
        max_length=200, required=False, allow_blank=True, help_text="Crontab's five fields in UTC; empty: by hand."
    )
    paused = serializers.BooleanField(required=False)


class ConnectionSerializer(serializers.Serializer[Any]):
    well = serializers.BooleanField(read_only=True)
    text = serializers.CharField(read_only=True)
    seconds = serializers.FloatField(read_only=True)


class WarningSerializer(serializers.Serializer[Any]):
    file = serializers.CharField(read_only=True)
    place = serializers.CharField(read_only=True)
    message = serializers.CharField(read_only=True)


class RunSerializer(serializers.ModelSerializer[IngestionRun]):
    id = serializers.UUIDField(source="uuid", read_only=True)
    source = serializers.CharField(source="source.slug", read_only=True)  # type: ignore[assignment]  # a field called source
    state = serializers.ChoiceField(choices=RunState.choices, read_only=True)
    requested_by = serializers.CharField(source="requested_by.username", default=None, read_only=True, allow_null=True)
    url = serializers.SerializerMethodField(help_text="Where to ask again.")
    figures = serializers.DictField(
        child=serializers.FloatField(), read_only=True, help_text="created, changed, unchanged, retired, seconds …"
    )
    seconds = serializers.FloatField(read_only=True, allow_null=True)

    class Meta:
        model = IngestionRun
        fields: tuple[str, ...] = (
            *("id", "source", "state", "requested_by", "url", "created_at", "started_at", "finished_at"),
            *("seconds", "figures", "error"),
        )
        read_only_fields = fields

    @extend_schema_field(serializers.CharField())
    def get_url(self, run: IngestionRun) -> str:
        return f"/api/v1/sources/{run.source.slug}/ingestions/{run.uuid}/"


class RunDetailSerializer(RunSerializer):
    warnings = serializers.SerializerMethodField()
    progress = serializers.SerializerMethodField()

    class Meta(RunSerializer.Meta):
        fields = (*RunSerializer.Meta.fields, "progress", "warnings")
        read_only_fields = fields

    @extend_schema_field(WarningSerializer(many=True))
    def get_warnings(self, run: IngestionRun) -> Any:
        return WarningSerializer(self.context["warnings"], many=True).data

    @extend_schema_field(serializers.DictField(child=serializers.IntegerField()))
    def get_progress(self, run: IngestionRun) -> Any:
        return self.context["progress"]


class IngestionRequestSerializer(serializers.Serializer[Any]):
    """JSON form of an upload: the files' content as JSON objects, by file name."""

    files = serializers.DictField(
        child=serializers.DictField(),
        required=False,
        default=dict,
        help_text='{"manifest.json": {…}, "catalog.json": {…}}; none for a source that asks a running system.',
    )
    options = serializers.DictField(child=serializers.CharField(max_length=500), required=False, default=dict)


class UploadSerializer(serializers.Serializer[Any]):
    """Multipart form of an upload: any number of parts named ``files``; further parts are the reader's options."""

    files = serializers.ListField(child=serializers.FileField(), allow_empty=False)
