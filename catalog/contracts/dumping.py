"""Plain values as YAML for people: in the order given, nothing aliased, nothing that would be read back as something else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from catalog.contracts.loading import scalar

FLOW = 80  # characters of a list that stands in one line


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        return super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    """Several lines stand as they are; what our reader would take for a number or a word is quoted."""
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=_style(value))


def _style(value: str) -> str | None:
    lines = value.split("\n")
    if not all(line.isprintable() for line in lines):
        return '"'
    if len(lines) > 1 and not any(line.endswith(" ") for line in lines) and not value.startswith((" ", "\n")):
        return "|"
    return "'" if not isinstance(scalar(value), str) else None


def _list(dumper: yaml.SafeDumper, value: list[Any]) -> yaml.SequenceNode:
    """A few short words stand in one line, as people write them."""
    words = [each for each in value if isinstance(each, str | int | float) and not isinstance(each, bool)]
    short = len(words) == len(value) and sum(len(str(word)) + 2 for word in words) < FLOW
    plain = all(_style(word) is None for word in words if isinstance(word, str))
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=short and plain)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(list, _list)


def dump(value: Mapping[str, Any]) -> str:
    text: str = yaml.dump(dict(value), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
    return text


def filled(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without what says nothing: empty texts, lists and mappings, and flags that are off."""
    return {
        key: value
        for key, value in values.items()
        if value is not None and value is not False and value not in ("", [], {}, ())
    }
