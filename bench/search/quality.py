"""``python -m bench.search.quality``: how good the first ten answers are, beside PostgreSQL's plain full text.

840 real dbt models and 219 graded queries of ``shared/corpus/search``, through the real intake into a scratch database.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Sequence
from typing import Any

from bench import report
from bench.search import graded, scratch
from bench.search.graded import Query

DEPTH = 100

# What somebody would write on an afternoon: the same texts in one vector, all words, ranked by ts_rank
PLAIN = """
CREATE TEMP TABLE plain AS SELECT a.id, to_tsvector('english', concat_ws(' ', replace(a.title, '_', ' '), a.description,
  (SELECT string_agg(replace(name, '_', ' ') || ' ' || description, ' ') FROM catalog_column WHERE asset_id = a.id))) AS words
FROM catalog_asset a
"""
ASK = """
SELECT id FROM plain, plainto_tsquery('english', %s) AS query WHERE words @@ query
ORDER BY ts_rank(words, query) DESC, id LIMIT 100
"""
Scores = dict[str, tuple[float, float, int]]  # by kind of query: NDCG@10, recall@100, number


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # as an exception, so that servers are released
    if not graded.CORPUS.is_dir():
        print("The graded queries are not beside this checkout: nothing is measured.")
        print(report.ratios({}))
        return
    from bench.search.speed import folder  # noqa: PLC0415 - reads the environment

    with scratch.portal(folder() / "quality"):
        ours, plain = run()
    print(f"\nNDCG@10 and recall@{DEPTH} over 840 models\n{show(ours, plain)}\n")
    print(report.ratios({f"ndcg_over_plain_{kind}": ours[kind][0] / max(plain[kind][0], 0.001) for kind in ours}))


def run() -> tuple[Scores, Scores]:
    """Ours and plain full text, one after the other on the same database."""
    from django.db import connection  # noqa: PLC0415 - needs the portal's settings

    from portal.accounts.models import User  # noqa: PLC0415

    assets = scratch.pour(graded.facts(graded.documents()), "tuva", "duckdb://tuva")
    keys = {asset: key for key, asset in assets.items()}
    user = User.objects.create(username="bench")
    asked = graded.queries()
    with connection.cursor() as cursor:
        cursor.execute(PLAIN)

        def plain(text: str) -> list[int]:
            cursor.execute(ASK, [text])
            return [pk for (pk,) in cursor.fetchall()]

        return _scores(_ours(user), asked, keys), _scores(plain, asked, keys)


def _ours(user: Any) -> Callable[[str], list[int]]:
    from catalog.models import Asset  # noqa: PLC0415
    from catalog.search.finding import best_of  # noqa: PLC0415

    def ask(text: str) -> list[int]:
        visible = Asset.objects.visible_to(user).live()
        return [asset.pk for asset in best_of(user, text, visible, DEPTH)]

    return ask


def _scores(ask: Callable[[str], Sequence[int]], asked: Sequence[Query], keys: dict[int, str]) -> Scores:
    each: dict[str, list[tuple[float, float]]] = {}
    for query in asked:
        found = [keys[pk] for pk in ask(query.text)]
        score = graded.ndcg(found, query.relevant), graded.recall(found, query.relevant, DEPTH)
        for kind in (query.kind, "all"):
            each.setdefault(kind, []).append(score)
    return {
        kind: (sum(good for good, _ in found) / len(found), sum(part for _, part in found) / len(found), len(found))
        for kind, found in each.items()
    }


def show(ours: Scores, plain: Scores) -> str:
    kinds = [*(kind for kind in ours if kind != "all"), "all"]
    rows = [
        [
            kind.replace("_", " "),
            str(ours[kind][2]),
            *(f"{score[kind][place]:.3f}" for place in (0, 1) for score in (ours, plain)),
        ]
        for kind in kinds
    ]
    return report.table(["kind of query", "queries", "ours NDCG", "plain", "ours recall", "plain"], rows)


if __name__ == "__main__":
    main()
