"""Forms of what people say, one a field: they begin with what counts now and end with a value of
``catalog.curation.words``. A value that only repeats the sources is no word: the field is left to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.timezone import now

from catalog.curation.words import MAX_ITEMS, MAX_TEXT
from catalog.models import Asset, AssetOwner, Domain
from catalog.queries import assets, glossary, identity, people
from catalog.queries.curation import Place
from catalog.states import Field
from portal.accounts.models import Team, User

_PLAIN = {"autocomplete": "off", "spellcheck": "false"}


class FieldForm(forms.Form):
    """``note`` goes with a suggestion. What each form has to give raises here, since Django's metaclass of forms knows no
    abstract methods."""

    title = ""
    note = forms.CharField(max_length=500, required=False, help_text="Why? Whoever decides reads it.")

    def __init__(self, data: Any = None, *, place: Place, user: User) -> None:
        self.place, self.user = place, user
        super().__init__(data, initial=self.now())
        self.prepare()

    def now(self) -> dict[str, Any]:
        return {}

    def prepare(self) -> None:
        """Choices that depend on the place."""

    def value(self) -> Any:
        """Of a valid form; None leaves the field to the sources."""
        raise NotImplementedError

    @property
    def own_fields(self) -> list[forms.BoundField]:
        return [bound for bound in self if bound.name != "note"]

    @property
    def thing(self) -> Any:
        return self.place.column or self.place.asset


class DescriptionForm(FieldForm):
    title = "Description"
    text = forms.CharField(
        max_length=MAX_TEXT,
        required=False,
        label="Text",
        help_text="Markdown: **bold**, `code`, lists, tables, links.",
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def now(self) -> dict[str, Any]:
        return {"text": self.thing.description}

    def value(self) -> str | None:
        text = str(self.cleaned_data["text"]).replace("\r\n", "\n").strip()
        return None if text == str(self.place.source_value).strip() else text


class DomainForm(FieldForm):
    title = "Domain"
    domain = forms.ChoiceField(required=False, label="Domain")

    def now(self) -> dict[str, Any]:
        return {"domain": self.place.asset.domain.slug if self.place.asset.domain else ""}

    def prepare(self) -> None:
        rows = Domain.objects.visible_to(self.user).order_by("name").values_list("slug", "name")
        self.fields["domain"].choices = [("", "None"), *rows]  # type: ignore[attr-defined]

    def value(self) -> str | None:
        chosen = str(self.cleaned_data["domain"])
        return None if chosen == self.place.source_value else chosen


class TierForm(FieldForm):
    title = "Tier"
    tier = forms.CharField(
        max_length=40,
        required=False,
        help_text="How much depends on it: 1 for what the company runs on, or a word such as gold.",
        widget=forms.TextInput(attrs={**_PLAIN, "list": "tiers"}),
    )

    def now(self) -> dict[str, Any]:
        return {"tier": self.place.asset.tier}

    def value(self) -> str | None:
        tier = str(self.cleaned_data["tier"]).strip()
        return None if tier == self.place.source_value else tier


class ListForm(FieldForm):
    """What is there as boxes that stay ticked, and one more to add."""

    what = ""
    keep = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple, label="There now")
    add = forms.CharField(max_length=500, required=False, label="Add")

    def prepare(self) -> None:
        standing = self.standing()
        extra = [(value, label) for value, label in self.given() if value not in dict(standing)]
        self.fields["keep"].choices = [*standing, *extra]  # type: ignore[attr-defined]
        self.initial["keep"] = [value for value, _ in standing]
        self.fields["add"].widget.attrs |= {**_PLAIN, "list": f"choices-{self.what}"}

    def standing(self) -> list[tuple[str, str]]:
        raise NotImplementedError

    def given(self) -> list[tuple[str, str]]:
        """Added before, in an earlier answer of the same form."""
        texts = self.data.getlist("keep") if hasattr(self.data, "getlist") else []
        return [(text, text) for text in texts[:MAX_ITEMS] if len(text) <= 300 and "\0" not in text]

    def wanted(self) -> list[str]:
        added = [text.strip() for text in str(self.cleaned_data["add"]).split(",")]
        return list(dict.fromkeys([*self.cleaned_data["keep"], *(text for text in added if text)]))

    def value(self) -> Any:
        wanted, said = self.wanted(), self.place.source_value
        word = {
            "add": [item for item in wanted if item not in said],
            "drop": [item for item in said if item not in wanted],
        }
        return word if word["add"] or word["drop"] else None


class TagsForm(ListForm):
    title, what = "Tags", "tags"

    def standing(self) -> list[tuple[str, str]]:
        return [(tag, tag) for tag in self.thing.tags]


class TermsForm(ListForm):
    title, what = "Glossary terms", "terms"

    def standing(self) -> list[tuple[str, str]]:
        names = {term.slug: term.name for term in glossary.terms_of(self.user, self.thing.terms)}
        return [(slug, names[slug]) for slug in self.thing.terms if slug in names]

    def wanted(self) -> list[str]:
        """Terms that this person does not see stay as they are."""
        seen = dict(self.standing())
        return [*super().wanted(), *(slug for slug in self.thing.terms if slug not in seen)]

    def clean_add(self) -> str:
        text = str(self.cleaned_data["add"]).strip()
        if not text:
            return ""
        known = glossary.visible(self.user).filter(retired_at=None)
        found = known.filter(slug=text).first() or known.filter(name__iexact=text).first()
        if found is None:
            raise forms.ValidationError(f"There is no glossary term “{text[:80]}”.")
        return found.slug


class OwnersForm(ListForm):
    title, what = "Owners", "people"

    def prepare(self) -> None:
        self.rows = list(self.place.asset.owners.select_related("user", "team").order_by("name"))
        super().prepare()
        self.fields["add"].help_text = "A person’s user name or a team."

    def standing(self) -> list[tuple[str, str]]:
        return [(row.name, _owner_label(row)) for row in self.rows]

    def clean_add(self) -> str:
        text = str(self.cleaned_data["add"]).strip().replace("\0", "")
        if not text:
            return ""
        found = people.principal(text)
        if found is None:
            raise forms.ValidationError(f"There is no person or team “{text[:80]}”.")
        name = found.slug if isinstance(found, Team) else found.username
        held = {row.user_id for row in self.rows} if isinstance(found, User) else {row.team_id for row in self.rows}
        return "" if found.pk in held else name

    def value(self) -> Any:
        wanted, said = self.wanted(), self.place.source_value
        add = [self._owner(name) for name in wanted if name not in said]
        drop = [name for name in said if name not in wanted]
        if not drop and {row.name for row in self.rows} == set(wanted):
            return self.place.word.value if self.place.word else None  # a rule's owners, untouched, stay the rule's
        return {"add": add, "drop": drop} if add or drop else None

    def _owner(self, name: str) -> dict[str, Any]:
        if found := people.principal(name):
            return people.as_owner(found)
        row = next((row for row in self.rows if row.name == name), None)
        return {"name": name, "email": row.email if row else "", "is_team": row.is_team if row else False}


class CertifiedForm(FieldForm):
    title = "Certification"
    reason = forms.CharField(
        max_length=500,
        required=False,
        label="What was checked",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="People read it beside the badge: “reconciled with the ledger every month”.",
    )

    def now(self) -> dict[str, Any]:
        return {"reason": self.place.word.value["note"] if self.place.word else ""}

    def value(self) -> Any:
        return {"note": self.cleaned_data["reason"].strip()}


class DeprecationForm(FieldForm):
    title = "Deprecation"
    date = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    successor = forms.CharField(
        max_length=1600,
        required=False,
        label="Use instead",
        help_text="A table, by its name.",
        widget=forms.TextInput(attrs={**_PLAIN, "list": "choices-assets"}),
    )
    reason = forms.CharField(max_length=500, required=False, label="Why", widget=forms.Textarea(attrs={"rows": 2}))

    def now(self) -> dict[str, Any]:
        asset = self.place.asset
        successor = None
        if asset.successor_id:
            successor = Asset.objects.visible_to(self.user).filter(pk=asset.successor_id).first()
        return {
            "date": (asset.deprecated_at or now()).date(),
            "successor": successor.path if successor else "",
            "reason": asset.deprecation_note,
        }

    def clean_successor(self) -> str:
        name = str(self.cleaned_data["successor"]).strip().replace("\0", "")
        if not name:
            return ""
        found = [asset for asset in assets.by_name(self.user, name) if asset.retired_at is None]
        if len(found) > 1:
            names = ", ".join(asset.path for asset in found[:5])
            raise forms.ValidationError(f"There are several assets called “{name[:100]}”: {names}.")
        if not found:
            raise forms.ValidationError(f"There is no asset “{name[:100]}”.{identity.meant(self.user, name)}")
        return str(found[0].uuid)

    def value(self) -> Any:
        given = self.cleaned_data
        return {"date": given["date"].isoformat(), "successor": given["successor"], "note": given["reason"].strip()}


FORMS: dict[str, type[FieldForm]] = {
    Field.DESCRIPTION: DescriptionForm,
    Field.DOMAIN: DomainForm,
    Field.TIER: TierForm,
    Field.TAGS: TagsForm,
    Field.TERMS: TermsForm,
    Field.OWNERS: OwnersForm,
    Field.CERTIFIED: CertifiedForm,
    Field.DEPRECATION: DeprecationForm,
}
OF_COLUMNS: Sequence[str] = (Field.DESCRIPTION, Field.TAGS, Field.TERMS)


def _owner_label(row: AssetOwner) -> str:
    return str(row.team or row.user or row.name)
