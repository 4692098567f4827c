"""Events as a source among sources: they are sent, so there is nothing to be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from catalog.capabilities import BadInput, FileSlot, OptionSlot, SourceFile
from catalog.facts import Fact


class EventsSource:
    label = "OpenLineage events"
    files: Sequence[FileSlot] = ()
    options: Sequence[OptionSlot] = (
        OptionSlot(
            name="airflow", help="Address of Airflow's web server, for links to runs: https://airflow.example.com"
        ),
        OptionSlot(name="flink", help="Address of Flink's web server, for links to jobs: https://flink.example.com"),
    )

    def read(self, files: Sequence[SourceFile], options: Mapping[str, str]) -> Iterable[Fact]:
        raise BadInput("", "", "Events are sent to /api/v1/lineage by the tools themselves; there is nothing to read.")
