"""Platform instances: which one a namespace means, however it is written."""

from __future__ import annotations

from catalog.identity.naming import instance, normalise, platform_of
from catalog.intake.identity import fold
from catalog.models import NamespaceAlias, Source

HOPS = 5  # of aliases of aliases


class Namespaces:
    """As they stand now: two queries. Declared instances keep the spelling in which they were declared first."""

    def __init__(self) -> None:
        self.aliases = {instance(alias): to for alias, to in NamespaceAlias.objects.values_list("alias", "namespace")}
        declared = Source.objects.exclude(namespace="").filter(assumed=False).order_by("-pk")
        self.declared = {instance(space): space for space in declared.values_list("namespace", flat=True)}

    def canonical(self, namespace: str) -> str:
        found = namespace
        for _ in range(HOPS):
            plain = instance(found)
            if plain not in self.aliases:
                return self.declared.get(plain, plain)
            found = self.aliases[plain]
        return found

    def pair(self, namespace: str, name: str, platform: str = "") -> tuple[str, str]:
        """The one form of a name; ``platform`` says how to read it where the namespace does not."""
        space, found = normalise(namespace, name)
        if platform and not platform_of(space):
            found = fold(platform, found)
        return self.canonical(space), found

    def forms(self, namespace: str, name: str, platform: str = "") -> list[tuple[str, str]]:
        """Under which to look a name up, likeliest first: to the letter, because quoted names may be stored so, then as
        the platform folds it."""
        space, found = self.pair(namespace, name, platform)
        return list(dict.fromkeys([(space, name.strip()), (space, found)]))
