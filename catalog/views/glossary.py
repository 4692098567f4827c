"""The glossary: terms, their pages, their making; import and export."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from catalog.curation.sheets import BadSheet
from catalog.exchange import terms as exchange
from catalog.models import Domain, Term
from catalog.queries import glossary as queries
from catalog.services import glossary as services
from catalog.services.glossary import Wording
from catalog.states import Relation
from portal.accounts.models import User
from portal.kernel.authz import ask, require
from portal.kernel.http import signed_in

MAX_IMPORT = 2 * 1024 * 1024


class TermForm(forms.Form):
    name = forms.CharField(max_length=120)
    definition = forms.CharField(
        max_length=services.MAX_DEFINITION,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="What it means here, and what it does not. Markdown.",
    )
    synonyms = forms.CharField(
        max_length=2000, required=False, help_text="Separated by commas. Search finds the one by the other."
    )
    domain = forms.ChoiceField(required=False)

    def __init__(self, data: Any = None, *, user: User, term: Term | None = None) -> None:
        initial = {}
        if term:
            initial = {
                "name": term.name,
                "definition": term.definition,
                "synonyms": ", ".join(term.synonyms),
                "domain": term.domain.slug if term.domain else "",
            }
        super().__init__(data, initial=initial)
        rows = Domain.objects.visible_to(user).order_by("name").values_list("slug", "name")
        self.fields["domain"].choices = [("", "None"), *rows]  # type: ignore[attr-defined]
        others = queries.visible(user).filter(retired_at=None).order_by("name")
        choices = [(other.slug, other.name) for other in others if term is None or other.pk != term.pk]
        links = queries.links(user, [term]).get(term.pk, []) if term else []
        for relation in Relation:
            self.fields[relation] = forms.MultipleChoiceField(
                choices=choices,
                required=False,
                label=str(relation.label).capitalize(),
                widget=forms.SelectMultiple(attrs={"size": 4}),
                initial=[link.term.slug for link in links if link.outgoing and link.relation == relation],
            )

    def wording(self) -> Wording:
        given = self.cleaned_data
        return Wording(
            name=given["name"],
            definition=given["definition"],
            synonyms=given["synonyms"].split(","),
            domain=given["domain"],
            relations=[(str(relation), slug) for relation in Relation for slug in given[relation]],
        )

    @property
    def own_fields(self) -> list[forms.BoundField]:
        return [bound for bound in self if bound.name not in Relation.values]

    @property
    def relation_fields(self) -> list[forms.BoundField]:
        return [self[relation] for relation in Relation]


@require_GET
def glossary(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    text = request.GET.get("q", "").replace("\0", "").strip()[:100]
    domain = request.GET.get("domain", "").replace("\0", "")[:80]
    retired = request.GET.get("retired") == "yes"
    context = {
        "listed": queries.listed(user, text, domain, retired=retired),
        "text": text,
        "domain": domain,
        "retired": retired,
        "domains": Domain.objects.visible_to(user).filter(terms__isnull=False).distinct().order_by("name"),
        "may_keep": ask(user, "catalog.keep_glossary"),
    }
    return render(request, "catalog/glossary/list.html", context)


@require_GET
def term(request: HttpRequest, slug: str) -> HttpResponse:
    user = signed_in(request)
    found = _term(request, slug)
    context = {
        "page": queries.page_of(user, found),
        "map": queries.term_map(user, found),
        "history": queries.history(found),
        "may_keep": ask(user, "catalog.keep_glossary", found),
    }
    return render(request, "catalog/glossary/term.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_term(request: HttpRequest) -> HttpResponse:
    require(request.user, "catalog.keep_glossary")
    return _form(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_term(request: HttpRequest, slug: str) -> HttpResponse:
    found = _term(request, slug)
    require(request.user, "catalog.keep_glossary", found)
    return _form(request, found)


def _form(request: HttpRequest, found: Term | None) -> HttpResponse:
    user = signed_in(request)
    form = TermForm(request.POST if request.method == "POST" else None, user=user, term=found)
    if form.is_valid():
        try:
            saved = services.save_term(wording=form.wording(), by=user, term=found)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"“{saved}” is in the glossary.")
            return redirect(saved)
    context = {"form": form, "term": found}
    return render(request, "catalog/glossary/form.html", context, status=422 if form.is_bound else 200)


@require_POST
def retire_term(request: HttpRequest, slug: str) -> HttpResponse:
    found = _term(request, slug)
    on = request.POST.get("on") != "0"
    services.retire(term=found, on=on, by=signed_in(request))
    messages.success(request, f"“{found}” is {'retired' if on else 'back'}.")
    return redirect(found)


def _term(request: HttpRequest, slug: str) -> Term:
    return get_object_or_404(queries.visible(request.user), slug=slug)


# --- import and export -------------------------------------------------------------------------------------------------


@require_GET
def export_terms(request: HttpRequest, form: str) -> HttpResponse:
    content, kind = exchange.written(signed_in(request), form)
    headers = {"Content-Disposition": f'attachment; filename="glossary.{form}"'}
    return HttpResponse(content, content_type=kind, headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
def import_terms(request: HttpRequest) -> HttpResponse:
    """First what would change, then, with the same content, the change."""
    user = signed_in(request)
    require(user, "catalog.keep_glossary")
    context: dict[str, Any] = {"content": ""}
    if request.method == "POST":
        file = request.FILES.get("file")
        content = file.read(MAX_IMPORT + 1) if file else request.POST.get("content", "").encode()
        try:
            plan = exchange.plan(user, content, limit=MAX_IMPORT, name=file.name or "" if file else "")
            context |= {"plan": plan, "content": content.decode("utf-8-sig")}
            if request.POST.get("action") == "apply" and plan.changes:
                services.save_terms(wordings=plan.wordings, by=user)
                messages.success(request, f"Imported: {len(plan.changes)} terms.")
                return redirect("catalog:glossary")
        except BadSheet as error:
            context |= {"problems": error.problems}
        except ValidationError as error:
            context |= {"problems": error.messages}
    return render(request, "catalog/glossary/import.html", context, status=422 if context.get("problems") else 200)
