"""Precision and recall by class, out of pairs of what was said and what is so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Scores:
    hits: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)  # said, and not so
    missed: Counter[str] = field(default_factory=Counter)  # so, and not said
    total: int = 0

    def add(self, said: str, real: str) -> None:
        self.total += 1
        if said == real:
            self.hits[said] += bool(said)
            return
        self.wrong[said] += bool(said)
        self.missed[real] += bool(real)

    @property
    def precision(self) -> float | None:
        return _share(self.hits.total(), self.wrong.total())

    @property
    def recall(self) -> float | None:
        return _share(self.hits.total(), self.missed.total())

    def rows(self) -> list[Sequence[str]]:
        """One a class, and one for all of them."""
        classes = sorted({*self.hits, *self.wrong, *self.missed} - {""})
        return [*(self._row(pii, [pii]) for pii in classes if self._any(pii)), self._row("all", classes)]

    def _any(self, pii: str) -> bool:
        return bool(self.hits[pii] or self.wrong[pii] or self.missed[pii])

    def _row(self, label: str, classes: Iterable[str]) -> Sequence[str]:
        named = list(classes)
        hits, wrong, missed = (sum(counts[pii] for pii in named) for counts in (self.hits, self.wrong, self.missed))
        return [label, str(hits), str(wrong), str(missed), _told(_share(hits, wrong)), _told(_share(hits, missed))]


HEAD = ("", "right", "wrong", "missed", "precision", "recall")


def _share(hits: int, others: int) -> float | None:
    return hits / (hits + others) if hits + others else None


def _told(share: float | None) -> str:
    return "–" if share is None else f"{share:.3f}"
