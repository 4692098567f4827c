"""Walks every URL pattern of the resolver as somebody, and keeps what came back."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from catalog.models import Asset, Domain, Edit, IngestionRun, Merge, Source, Term
from lineage.models import Edge
from portal.accounts.models import ApiToken

# What differs between two answers to the same question: tokens against forgery, request ids, ages in seconds
NOISE = re.compile(
    r'name="csrfmiddlewaretoken" value="[^"]+"|"X-CSRFToken": "[^"]+"|<code>[0-9a-f]{16}</code>'
    r"|<time [^>]*>[^<]*</time>|\?cursor=[\w%=]+"
)

NOBODY = UUID("00000000-0000-4000-8000-000000000000")


def patterns() -> list[tuple[str, URLPattern]]:
    """(name with namespaces, pattern) of everything that the portal answers to."""

    def walk(found: list[Any], space: str) -> Iterator[tuple[str, URLPattern]]:
        for item in found:
            if isinstance(item, URLResolver):
                yield from walk(item.url_patterns, f"{space}{item.namespace}:" if item.namespace else space)
            else:
                yield f"{space}{item.name}", item

    return list(walk(get_resolver().url_patterns, ""))


def asset_paths(asset: Asset) -> list[str]:
    home = asset.get_absolute_url()
    columns = list(asset.columns.values_list("name", flat=True)[:2])
    tabs = ("schema", "contract", "runs", "lineage", "quality", "code", "activity")
    return [
        home,
        *(f"{home}?tab={tab}" for tab in tabs),
        *(f"{home}?column={quote(name, safe='')}" for name in columns),
    ]


def queries(words: list[str]) -> list[str]:
    """Query strings of lists and searches: words, beginnings and misspellings of them, every facet, sorts and pages."""
    found = [urlencode({"q": text}) for word in words[:2] for text in (word, word[:3], word[:-1] + "x")]
    facets = ("kind", "platform", "schema", "domain", "owner", "tag", "pii", "tier", "health", "retired")
    values = {"pii": "yes", "health": "failing", "retired": "true", "kind": "table", "tag": "daily", "tier": "gold"}
    found += [urlencode({facet: values.get(facet, words[0])}) for facet in facets]
    found += [
        urlencode({"q": f"{name}:{words[0]}"}) for name in ("owner", "column", "term", "schema", "-tag", "colour")
    ]
    return ["", *found, urlencode({"tag": words[0], "health": "unchecked"}), "sort=changed", "page=2", "limit=2"]


class Walk:
    """``words`` are searched for everywhere; ``asset``, ``domain`` … are asked for by address and id."""

    def __init__(self, words: list[str], *, assets: list[Asset], domains: list[str]) -> None:
        self.words = words
        self.assets = assets
        self.domains = domains
        self.sources = list(Source.objects.order_by("id"))
        self.runs = list(IngestionRun.objects.select_related("source").order_by("id"))
        self.edges = list(Edge.objects.order_by("id").values_list("uuid", flat=True))
        self.tokens = list(ApiToken.objects.order_by("id"))

    def paths(self) -> dict[str, list[str]]:
        """Paths by the name of their pattern; every pattern has at least one."""
        q = queries(self.words)
        names = [name for asset in self.assets for name in (asset.path, asset.name, asset.title)]
        lookups = [urlencode({"name": name}) for name in [*names, *self.words]]
        runs = [(run.source.slug, run.uuid) for run in self.runs]
        return {
            "healthz": ["/healthz"],
            "readyz": ["/readyz"],
            "schema": ["/api/schema/"],
            "docs": ["/api/docs/"],
            "catalog-api:asset-list": [f"/api/v1/assets/?{text}" for text in q],
            "catalog-api:asset-detail": [f"/api/v1/assets/{asset.uuid}/" for asset in self.assets],
            "catalog-api:asset-lookup": [f"/api/v1/assets/lookup/?{text}" for text in lookups],
            "catalog-api:contract": [f"/api/v1/assets/{asset.uuid}/contract/" for asset in self.assets],
            "catalog-api:contract-check": ["/api/v1/contracts/check/"],
            "catalog-api:source-list": ["/api/v1/sources/"],
            "catalog-api:source-detail": [f"/api/v1/sources/{source.slug}/" for source in self.sources],
            "catalog-api:source-test": [f"/api/v1/sources/{source.slug}/test/" for source in self.sources],
            "catalog-api:ingestions": [f"/api/v1/sources/{source.slug}/ingestions/" for source in self.sources],
            "catalog-api:ingestion": [f"/api/v1/sources/{slug}/ingestions/{uuid}/" for slug, uuid in runs],
            "lineage-api:sql": ["/api/v1/lineage/sql/"],
            **self._lineage_coverage(),
            **self._lineage_impact(),
            **self._jobs(),
            **self._explorer(),
            "accounts:login": ["/login/", "/login/?refused=taken"],
            "accounts:oidc": ["/login/service/"],
            "accounts:oidc_callback": ["/login/service/back/", "/login/service/back/?state=x&code=y"],
            "accounts:set_password": ["/password/MQ/set-password/", "/password/MQ/a-b/"],
            "accounts:end_session": ["/account/sessions/end/"],
            "accounts:everybody": ["/people/all/", "/people/all/?q=a&role=viewer&inactive=yes&after=a"],
            "accounts:new_person": ["/people/new/"],
            "accounts:give_office": ["/people/offices/give/"],
            "accounts:take_office": ["/people/offices/take/"],
            "accounts:new_team": ["/people/teams/new/"],
            "accounts:team": ["/people/teams/none/"],
            "accounts:join_team": ["/people/teams/none/join/"],
            "accounts:leave_team": ["/people/teams/none/leave/"],
            "accounts:person": ["/people/person/root/"],
            "accounts:person_role": ["/people/person/root/role/"],
            "accounts:person_active": ["/people/person/root/active/"],
            "accounts:person_link": ["/people/person/root/link/"],
            "accounts:person_sessions": ["/people/person/root/sessions/end/"],
            "accounts:logout": ["/logout/"],
            "accounts:account": ["/account/"],
            "accounts:revoke": [f"/account/tokens/{token.pk}/revoke/" for token in self.tokens]
            or ["/account/tokens/1/revoke/"],
            "accounts:people": ["/people/"],
            "catalog:by_id": [f"/assets/{asset.uuid}/" for asset in self.assets],
            "catalog:contracts": [
                "/contracts/",
                *(f"/contracts/?{urlencode({'schema': word})}" for word in self.words),
            ],
            "catalog:edit_contract": [f"/assets/{asset.uuid}/contract/" for asset in self.assets],
            "catalog:contract_file": [f"/assets/{asset.uuid}/contract/file/?form=own" for asset in self.assets],
            **self._identity(),
            "catalog:domains": ["/domains/"],
            **self._stewardship(q),
            "catalog:domain": [f"/domains/{slug}/" for slug in self.domains],
            "catalog:domain_restrict": [f"/domains/{slug}/restrict/" for slug in self.domains],
            "catalog:domain_add_member": [f"/domains/{slug}/members/add/" for slug in self.domains],
            "catalog:domain_remove_member": [f"/domains/{slug}/members/remove/" for slug in self.domains],
            "catalog:personal_data": [
                *(f"/privacy/?{urlencode({'schema': word})}" for word in self.words),
                *(
                    f"/privacy/?{text}"
                    for text in ("", "what=conflict", "what=decided", "sure=yes", "evidence=name", "pii=email")
                ),
                *(f"/privacy/?domain={slug}" for slug in self.domains),
            ],
            "catalog:decide_pii": ["/privacy/decide/"],
            "catalog-api:pii-findings": [
                f"/api/v1/pii/findings/?{text}"
                for text in ("", "limit=1", *(f"domain={slug}" for slug in self.domains))
            ],
            "catalog-api:pii-decisions": ["/api/v1/pii/decisions/"],
            "catalog:sources": ["/sources/"],
            "catalog:new_source": ["/sources/new/", "/sources/new/?kind=dbt"],
            "catalog:test_new_source": ["/sources/new/test/"],
            "catalog:edit_source": [f"/sources/{source.slug}/edit/" for source in self.sources],
            "catalog:test_source": [f"/sources/{source.slug}/test/" for source in self.sources],
            "catalog:schedule_source": [f"/sources/{source.slug}/schedule/" for source in self.sources],
            "catalog:pause_source": [f"/sources/{source.slug}/pause/" for source in self.sources],
            "catalog:read_source": [f"/sources/{source.slug}/read/" for source in self.sources],
            "catalog:remove_source": [f"/sources/{source.slug}/remove/" for source in self.sources],
            "catalog:source": [f"/sources/{source.slug}/" for source in self.sources],
            "catalog:upload": [f"/sources/{source.slug}/upload/" for source in self.sources],
            "catalog:run": [f"/sources/{slug}/runs/{uuid}/" for slug, uuid in runs],
            "catalog:asset": [
                *(path for asset in self.assets for path in asset_paths(asset)),
                *(f"/datasets/{quote(name)}/" for name in [*names, *self.words]),
            ],
            "catalog:saved_views": ["/views/"],
            "catalog:change_view": [f"/views/{asset.uuid}/" for asset in self.assets],
            "catalog:delete_view": [f"/views/{asset.uuid}/delete/" for asset in self.assets],
            "shell:home": ["/"],
            "shell:search": [f"/search/?{text}" for text in q],
            "shell:typeahead": [f"/search/typeahead/?{urlencode({'q': text})}" for text in self._typed()],
            "shell:peek": [
                f"/search/peek/{asset.uuid}/{query}" for asset in self.assets for query in ("", f"?q={self.words[0]}")
            ],
            "shell:audit": ["/audit/", f"/audit/?q={self.words[0]}", "/audit/?subject=asset&since=x&before=9"],
            "shell:audit_export": ["/audit/export/", "/audit/export/?format=json"],
            "shell:audit_api": ["/api/v1/audit/", f"/api/v1/audit/?q={self.words[0]}"],
            "shell:styleguide": ["/styleguide/"],
        }

    def _explorer(self) -> dict[str, list[str]]:
        """The map of lineage of every asset, by id and by name, and what is beside each."""
        ids = [str(asset.uuid) for asset in self.assets] or [str(NOBODY)]
        names = [urlencode({"asset": name}) for asset in self.assets for name in (asset.path, asset.title)]
        grains = ("", "&grain=column", "&up=5&down=5&compare=2026-01-01", "&kinds=table&schema=marts")
        asked = [f"?asset={one}{more}" for one in ids for more in grains]
        columns = [
            f"?{urlencode({'asset': asset.path, 'column': name})}"
            for asset in self.assets
            for name in asset.columns.values_list("name", flat=True)[:2]
        ]
        beside = [f"?of={one}&side={side}{more}" for one in ids for side in ("up", "down") for more in ("", "&q=a")]
        return {
            "lineage:explorer": [
                f"/lineage/{text}" for text in ("", *asked, *columns, *(f"?{name}" for name in names))
            ],
            "lineage-api:graph": [f"/api/v1/lineage/graph/{text}" for text in (*asked, *columns)],
            "lineage:edges_csv": [f"/lineage/edges.csv{text}" for text in asked],
            "lineage:neighbours": [f"/lineage/neighbours/{text}" for text in beside],
        }

    def _lineage_coverage(self) -> dict[str, list[str]]:
        asked = ["", *(f"?{urlencode({'schema': word})}" for word in self.words)]
        known = ("columns", "tables", "restricted", "none")
        return {
            "lineage:coverage": [f"/lineage/coverage/{text}" for text in (*asked, *(f"?show={one}" for one in known))],
            "lineage:coverage_csv": [f"/lineage/coverage.csv{text}" for text in asked],
            "lineage-api:coverage": [
                f"/api/v1/lineage/coverage/{text}" for text in (*asked, *(f"?known={one}" for one in known))
            ],
        }

    def _jobs(self) -> dict[str, list[str]]:
        asked = ["", *(f"?{urlencode({'q': word})}" for word in self.words)]
        return {
            "lineage:events": ["/lineage/events/"],
            "lineage:retry_events": ["/lineage/events/retry/"],
            "lineage-api:events": ["/api/v1/lineage"],
            "lineage-api:events_slash": ["/api/v1/lineage/"],
            "lineage-api:job-list": [f"/api/v1/jobs/{text}" for text in asked],
            "lineage-api:job-detail": [f"/api/v1/jobs/{asset.uuid}/" for asset in self.assets],
            "lineage-api:job-runs": [f"/api/v1/jobs/{asset.uuid}/runs/" for asset in self.assets],
        }

    def _lineage_impact(self) -> dict[str, list[str]]:
        """What a change of every asset, and of its first columns, hits; by id and by name, in both directions."""
        asked = [urlencode({"asset": name}) for asset in self.assets for name in (asset.uuid, asset.path)]
        columns = [
            urlencode({"asset": asset.uuid, "column": name})
            for asset in self.assets
            for name in asset.columns.values_list("name", flat=True)[:2]
        ]
        more = [f"{text}&direction=up" for text in (*asked, *columns)]
        every = (*asked, *columns, *more)
        exports = [f"{text}&format={form}" for text in every[:12] for form in ("csv", "json", "md")]
        return {
            "lineage-api:impact": [f"/api/v1/lineage/impact/?{text}" for text in every],
            "lineage:impact": [f"/lineage/impact/{text}" for text in ("", *(f"?{one}" for one in (*every, *exports)))],
            **self._lineage_edges(),
        }

    def _lineage_edges(self) -> dict[str, list[str]]:
        """Every edge there is, whoever may see its ends, and what can be said of it."""
        edges = [f"/lineage/edges/{uuid}" for uuid in self.edges] or [f"/lineage/edges/{NOBODY}"]
        add = [f"?upstream={asset.uuid}&downstream={asset.path}" for asset in self.assets]
        return {
            "lineage:evidence": [f"{edge}/" for edge in edges],
            "lineage:add_edge": [f"/lineage/edges/add/{text}" for text in ("", *add)],
            "lineage:correct_edge": [f"{edge}/correct/" for edge in edges],
            "lineage:reject_edge": [f"{edge}/reject/" for edge in edges],
            "lineage:lift_edge": [f"{edge}/lift/" for edge in edges],
            "lineage-api:edges": ["/api/v1/lineage/edges/"],
            "lineage-api:reject-edge": ["/api/v1/lineage/edges/reject/"],
            "lineage-api:lift-edge": ["/api/v1/lineage/edges/lift/"],
        }

    def _identity(self) -> dict[str, list[str]]:
        """Names that wait, merging and splitting."""
        nobody = NOBODY
        merges = list(Merge.objects.order_by("id").values_list("uuid", flat=True)) or [nobody]
        assets = [f"/assets/{asset.uuid}" for asset in self.assets] or [f"/assets/{nobody}"]
        typed = [urlencode({"q": word}) for word in self.words]
        return {
            "catalog-api:merge": [f"/api/v1{asset}/merge/" for asset in assets],
            "catalog-api:undo-merge": [f"/api/v1/merges/{uuid}/undo/" for uuid in merges],
            "catalog:unmatched": ["/unmatched/", "/unmatched/?after=1"],
            "catalog:merge": [f"{asset}/merge/{text}" for asset in assets for text in ("", *(f"?{t}" for t in typed))],
            "catalog:apart": [f"{asset}/apart/" for asset in assets],
            "catalog:split": [f"{asset}/split/" for asset in assets],
            "catalog:undo_merge": [f"/merges/{uuid}/undo/" for uuid in merges],
            "catalog:undo_split": [f"/splits/{nobody}/undo/"],
            "catalog:add_alias": ["/unmatched/aliases/"],
            "catalog:remove_alias": ["/unmatched/aliases/1/remove/"],
            "catalog:undo_apart": ["/apart/1/undo/"],
            "catalog:declare": [f"/sources/{source.slug}/declare/" for source in self.sources],
        }

    def _stewardship(self, q: list[str]) -> dict[str, list[str]]:
        """What people say: forms in place, choices while typing, edits, suggestions, glossary, bulk and exchange."""
        nobody = NOBODY
        edits = list(Edit.objects.order_by("id").values_list("uuid", flat=True)) or [nobody]
        fields = ("description", "owners", "domain", "tags", "terms", "tier", "certified", "deprecation")
        assets = [f"/assets/{asset.uuid}" for asset in self.assets] or [f"/assets/{nobody}"]
        whats = ("people", "tags", "terms", "assets")
        return {
            "catalog-api:annotations": [f"/api/v1{asset}/annotations/" for asset in assets],
            "catalog-api:new-suggestion": [f"/api/v1{asset}/suggestions/" for asset in assets],
            "catalog-api:suggestions": ["/api/v1/suggestions/"],
            "catalog-api:suggestion-decision": [f"/api/v1/suggestions/{nobody}/decision/"],
            "catalog-api:term-list": ["/api/v1/glossary/"],
            "catalog-api:term-detail": [f"/api/v1/glossary/{slug}/" for slug in self._terms()],
            "catalog:edit": [f"{asset}/edit/{field}/" for asset in assets for field in fields],
            "catalog:follow": [f"{asset}/follow/" for asset in assets],
            "catalog:favour": [f"{asset}/favour/" for asset in assets],
            "catalog:visit": [f"{asset}/visit/" for asset in assets],
            "catalog:announce": [f"{asset}/announce/" for asset in assets],
            "catalog:withdraw_announcement": [f"/announcements/{nobody}/withdraw/"],
            "catalog:choices": [f"/choices/{what}/?{urlencode({'q': t})}" for what in whats for t in self.words],
            "catalog:edits": ["/edits/", "/edits/?by=me"],
            "catalog:edit_page": [f"/edits/{uuid}/" for uuid in edits],
            "catalog:undo_edit": [f"/edits/{uuid}/undo/" for uuid in edits],
            "catalog:suggestions": ["/suggestions/"],
            "catalog:decide": [f"/suggestions/{nobody}/decide/"],
            "catalog:owner_rules": ["/owners/"],
            "catalog:bulk": [f"/bulk/?{text}" for text in q[:8]],
            "catalog:bulk_preview": ["/bulk/nothing/"],
            "catalog:export": ["/export.yaml", *(f"/export.csv?{text}" for text in q[:8])],
            "catalog:import": ["/import/"],
            "catalog:import_preview": ["/import/nothing/"],
            "catalog:glossary": ["/glossary/", *(f"/glossary/?{urlencode({'q': text})}" for text in self.words)],
            "catalog:new_term": ["/glossary/new/"],
            "catalog:import_terms": ["/glossary/import/"],
            "catalog:export_terms": ["/glossary/export.csv", "/glossary/export.yaml"],
            **{
                f"catalog:{name}": [f"/glossary/terms/{slug}/{verb}" for slug in self._terms()]
                for name, verb in (("term", ""), ("edit_term", "edit/"), ("retire_term", "retire/"))
            },
        }

    def _terms(self) -> list[str]:
        return list(Term.objects.order_by("slug").values_list("slug", flat=True)) or ["nothing"]

    def _typed(self) -> list[str]:
        filters = [
            f"{name}:{self.words[0][:3]}" for name in ("tag", "owner", "schema", "domain", "term", "pii", "tier")
        ]
        return [*(part for word in self.words for part in (word, word[:2], word[:-1] + "x")), *filters]

    def as_(self, client: Client, *, only: Collection[str] = ()) -> dict[str, tuple[int, str]]:
        """Status and body of every path, or of some patterns' alone, as a page and as a fragment, without noise. Health is
        nobody's business here."""
        found = {}
        for name, paths in self.paths().items():
            for path in paths if name not in {"healthz", "readyz"} and (name in only or not only) else []:
                found[path] = answer(client, path)
                if "/api/" not in path and "?" not in path:
                    found[f"{path} (fragment)"] = answer(client, path, {"HX-Request": "true"})
        return found


def answer(client: Client, path: str, headers: dict[str, str] | None = None) -> tuple[int, str]:
    response = client.get(path, headers=headers or {})
    body = response.getvalue().decode()
    return response.status_code, NOISE.sub("", body + response.get("Location", ""))


def all_domains() -> list[str]:
    return list(Domain.objects.order_by("slug").values_list("slug", flat=True))
