from __future__ import annotations

from typing import Any

from django import forms

from portal.kernel import wiring


class SourceForm(forms.Form):
    title = forms.CharField(max_length=200, help_text="What people call it, e.g. “Warehouse dbt project”.")
    slug = forms.SlugField(max_length=80, help_text="Stands in URLs and commands, e.g. warehouse-dbt.")
    kind = forms.ChoiceField(label="Kind")
    namespace = forms.CharField(
        max_length=200,
        required=False,
        label="Platform instance",
        help_text="Where its tables live, e.g. snowflake://org-account. Sources with the same instance share tables.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(kind, wiring.named("READERS", kind).label) for kind in wiring.names("READERS")]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]


class DomainForm(forms.Form):
    restricted = forms.BooleanField(required=False)


class MemberForm(forms.Form):
    member = forms.CharField(max_length=150, help_text="A user name or the slug of a team.")
