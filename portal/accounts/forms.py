from __future__ import annotations

from django import forms

from portal.accounts.states import Scope


class TokenForm(forms.Form):
    name = forms.CharField(max_length=100, label="Name", help_text="Where it is used, e.g. “nightly dbt job”.")
    scopes = forms.MultipleChoiceField(
        choices=Scope.choices, label="May", widget=forms.CheckboxSelectMultiple, initial=[Scope.READ]
    )
    days = forms.TypedChoiceField(
        coerce=int, choices=[(7, "7 days"), (30, "30 days"), (90, "90 days")], initial=30, label="Ends after"
    )
