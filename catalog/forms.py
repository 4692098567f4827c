from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms

from catalog.capabilities import OptionSlot
from catalog.models import Source
from catalog.services import connections, credentials, schedules
from portal.kernel import wiring

OPTION, CLEAR = "option_", "clear_"


class WriteOnlyArea(forms.Textarea):
    """For a key of many lines. What was typed is never sent back."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        return super().get_context(name, None, attrs)


class SourceForm(forms.Form):
    """A source of one kind: what people call it, and what its reader wants to know. ``source`` is the one that is
    edited; its secrets are not among what the page gets, only which there are."""

    title = forms.CharField(max_length=200, help_text="What people call it, e.g. “Warehouse dbt project”.")
    slug = forms.SlugField(max_length=80, help_text="Stands in URLs and commands, e.g. warehouse-dbt.")
    namespace = forms.CharField(
        max_length=200,
        required=False,
        label="Platform instance",
        help_text="Where its tables live, e.g. snowflake://org-account. Sources with the same instance share tables.",
    )
    kind = forms.ChoiceField(label="Kind")

    def __init__(self, data: Any = None, *, kind: str, source: Source | None = None) -> None:
        super().__init__(data, initial=_initial(source) if source else {"kind": kind})
        self.source = source
        self.stored = credentials.stored_names(source) if source else frozenset()
        self.reader = kind
        self.live = connections.is_live(kind)
        self.fields["kind"].widget = forms.HiddenInput()
        self.fields["kind"].choices = [(name, name) for name in wiring.names("READERS")]  # type: ignore[attr-defined]
        if source:
            del self.fields["slug"], self.fields["kind"]
        if self.live:
            self.fields["namespace"].help_text = "Left empty, it is taken from the connection."
        for slot in credentials.slots(kind):
            self._add(slot)

    def _add(self, slot: OptionSlot) -> None:
        if slot.name == "namespace":
            return  # has its own field
        kept = slot.name in self.stored
        if not slot.secret:
            self.fields[OPTION + slot.name] = forms.CharField(
                label=slot.name.replace("_", " ").capitalize(),
                help_text=slot.help,
                required=slot.required and self.live and not slot.unless,
                max_length=2000,
                widget=forms.TextInput(
                    attrs={"placeholder": slot.default, "autocomplete": "off", "spellcheck": "false"}
                ),
            )
            return
        self.fields[OPTION + slot.name] = forms.CharField(
            label=slot.name.replace("_", " ").capitalize(),
            help_text=f"{slot.help} A value is stored: leave this empty to keep it." if kept else slot.help,
            required=slot.required and self.live and not kept,
            max_length=credentials.MAX_SECRET,
            strip=False,
            widget=_secret_widget(slot.name),
        )
        if kept:
            label = f"Forget the stored {slot.name.replace('_', ' ')}"
            self.fields[CLEAR + slot.name] = forms.BooleanField(label=label, required=False)

    @property
    def own_fields(self) -> list[forms.BoundField]:
        return [bound for bound in self if not bound.name.startswith((OPTION, CLEAR))]

    @property
    def connection_fields(self) -> list[forms.BoundField]:
        return [bound for bound in self if bound.name.startswith((OPTION, CLEAR))]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for slot in credentials.slots(self.reader):
            if slot.required and slot.unless and self.live and not (self._says(slot.name) or self._says(slot.unless)):
                self.add_error(OPTION + slot.name, f"Say this, or {slot.unless}.")
        return given

    def _says(self, option: str) -> bool:
        kept = option in self.stored and not self.cleaned_data.get(CLEAR + option)
        return bool(self.cleaned_data.get(OPTION + option)) or kept

    def values(self) -> dict[str, Any]:
        """As the services take them."""
        given = self.cleaned_data
        heap = {name.removeprefix(OPTION): text for name, text in given.items() if name.startswith(OPTION)}
        options, secrets = credentials.parted(self.source.kind if self.source else given["kind"], heap)
        return {
            "title": given.get("title", ""),
            "namespace": given["namespace"],
            "options": options,
            "secrets": {name: text for name, text in secrets.items() if text},
        }

    def forgotten(self) -> Collection[str]:
        marked = [name for name, on in self.cleaned_data.items() if name.startswith(CLEAR) and on]
        return [name.removeprefix(CLEAR) for name in marked]


def _initial(source: Source) -> dict[str, Any]:
    options = {OPTION + name: value for name, value in source.options.items()}
    return {"title": source.title, "namespace": source.namespace, **options}


def _secret_widget(name: str) -> forms.Widget:
    if "key" in name and "pass" not in name:
        return WriteOnlyArea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"})
    return forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"})


class ScheduleForm(forms.Form):
    """A choice of usual schedules, or crontab's five fields."""

    HAND, CUSTOM = "hand", "custom"
    preset = forms.ChoiceField(
        label="Read it",
        choices=[(HAND, "Only by hand"), *schedules.PRESETS, (CUSTOM, "By a schedule of its own")],
    )
    crontab = forms.CharField(
        max_length=100,
        required=False,
        label="Its own schedule",
        help_text="Minute, hour, day of month, month, day of week, in UTC. All must match.",
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "placeholder": "15 6-18 * * mon-fri"}
        ),
    )

    @classmethod
    def of(cls, source: Source) -> ScheduleForm:
        if source.schedule in dict(schedules.PRESETS):
            return cls(initial={"preset": source.schedule})
        return cls(initial={"preset": cls.CUSTOM if source.schedule else cls.HAND, "crontab": source.schedule})

    def schedule(self) -> str:
        chosen = str(self.cleaned_data["preset"])
        return {self.HAND: "", self.CUSTOM: str(self.cleaned_data["crontab"])}.get(chosen, chosen)


class DomainForm(forms.Form):
    restricted = forms.BooleanField(required=False)


class MemberForm(forms.Form):
    member = forms.CharField(max_length=150, help_text="A user name or the slug of a team.")
