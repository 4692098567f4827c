from __future__ import annotations

from django import forms

from portal.accounts.models import User
from portal.accounts.states import Office, Role, Scope


class TokenForm(forms.Form):
    name = forms.CharField(max_length=100, label="Name", help_text="Where it is used, e.g. “nightly dbt job”.")
    scopes = forms.MultipleChoiceField(
        choices=Scope.choices, label="May", widget=forms.CheckboxSelectMultiple, initial=[Scope.READ]
    )
    days = forms.TypedChoiceField(
        coerce=int, choices=[(7, "7 days"), (30, "30 days"), (90, "90 days")], initial=30, label="Ends after"
    )


class PersonForm(forms.Form):
    first_name = forms.CharField(max_length=150, required=False)
    last_name = forms.CharField(max_length=150, required=False)
    email = forms.EmailField(
        required=False, label="E-mail", help_text="Owners that sources name by this address are linked to the person."
    )
    job_title = forms.CharField(max_length=100, required=False)


class NewPersonForm(PersonForm):
    username = forms.CharField(max_length=150, label="User name", help_text="Letters, digits and @ . + - _")
    role = forms.ChoiceField(choices=Role.choices, initial=Role.VIEWER)
    field_order = ["username", "first_name", "last_name", "email", "job_title", "role"]


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=Role.choices)


class TeamForm(forms.Form):
    name = forms.CharField(max_length=150)
    description = forms.CharField(max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    email = forms.EmailField(required=False, label="E-mail")
    lead = forms.CharField(max_length=150, required=False, label="Lead", help_text="A user name.")

    def clean_lead(self) -> User | None:
        return _person(self.cleaned_data["lead"]) if self.cleaned_data["lead"] else None


class NewTeamForm(TeamForm):
    slug = forms.SlugField(max_length=80, label="Short name", help_text="Stands in URLs and in dbt groups.")
    field_order = ["name", "slug", "description", "email", "lead"]


class MemberForm(forms.Form):
    person = forms.CharField(max_length=150, label="User name")

    def clean_person(self) -> User:
        return _person(self.cleaned_data["person"])


class LeavingForm(forms.Form):
    """Of somebody who may not be active any more."""

    person = forms.CharField(max_length=150)

    def clean_person(self) -> User:
        return _person(self.cleaned_data["person"], inactive=True)


class OfficeForm(MemberForm):
    office = forms.ChoiceField(choices=Office.choices)


def _person(name: str, *, inactive: bool = False) -> User:
    rows = User.objects.all() if inactive else User.objects.filter(is_active=True)
    found = rows.filter(username=name.replace("\0", "").strip()).first()
    if found is None:
        raise forms.ValidationError(f"There is no {'' if inactive else 'active '}person “{name[:60]}”.")
    return found
