"""What people say of an edge, as a form: two assets, pairs of columns line by line, and why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from catalog.models import Asset
from lineage.claims import ColumnUse
from lineage.queries.naming import named
from lineage.services.verdicts import MOST_PAIRS, MOST_WORDS, Pair
from lineage.states import Use
from portal.accounts.models import User

USES = {str(use.label): use for use in Use}
ROWS = "rows"
_TYPED = {"autocomplete": "off", "spellcheck": "false"}


def read_pairs(text: str) -> list[ColumnUse]:
    """``email → contact (identity)``, one a line; ``rows`` on the right, or nothing, for what decides which rows there are.

    Raises:
        ValidationError: names the line.
    """
    found: list[ColumnUse] = []
    for number, line in enumerate(text.replace("\0", "").splitlines(), 1):
        if not line.strip():
            continue
        if len(found) >= MOST_PAIRS:
            raise ValidationError(f"At most {MOST_PAIRS} pairs of columns.")
        up, arrow, rest = line.replace("->", "→").partition("→")
        down, _, word = rest.strip().removesuffix(")").rpartition("(") if rest.strip().endswith(")") else (rest, "", "")
        up, down = up.strip(), "" if down.strip() == ROWS else down.strip()
        if not (arrow and up):
            raise ValidationError(f"Line {number} is not like “email → contact (identity)”.")
        word = (word or ("identity" if down else "unknown")).strip().lower().replace(" ", "_")
        if word not in USES:
            raise ValidationError(f"Line {number}: “{word[:40]}” is none of {', '.join(USES)}.")
        found.append(ColumnUse(up, down, USES[word]))
    return found


class EdgeForm(forms.Form):
    upstream = forms.CharField(
        max_length=1000,
        label="What is read",
        help_text="Any name of it.",
        widget=forms.TextInput(attrs={**_TYPED, "list": "choices-upstream"}),
    )
    downstream = forms.CharField(
        max_length=1000,
        label="What is made from it",
        help_text="Any name of it.",
        widget=forms.TextInput(attrs={**_TYPED, "list": "choices-downstream"}),
    )
    columns = forms.CharField(
        required=False,
        max_length=100_000,
        label="Columns",
        help_text="One pair a line: email → contact (identity), or email → rows (filter). Uses: "
        + ", ".join(label for use, label in Use.choices if use != Use.UNKNOWN)
        + ".",
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "class": "data-name"}),
    )
    complete = forms.BooleanField(required=False, label="No other column of it is used")
    reason = forms.CharField(max_length=MOST_WORDS, label="Why", help_text="Everybody who sees the edge reads it.")

    def __init__(self, data: Any = None, *, user: User, pair: Pair | None = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.user, self.pair = user, pair
        if pair is not None:
            del self.fields["upstream"], self.fields["downstream"]

    def _named(self, field: str) -> Asset:
        return named(self.user, str(self.cleaned_data[field]))

    def clean_upstream(self) -> Asset:
        return self._named("upstream")

    def clean_downstream(self) -> Asset:
        return self._named("downstream")

    def clean_columns(self) -> list[ColumnUse]:
        return read_pairs(str(self.cleaned_data["columns"]))

    @property
    def wanted(self) -> Pair:
        """Of a valid form."""
        return self.pair or Pair(self.cleaned_data["upstream"], self.cleaned_data["downstream"])
