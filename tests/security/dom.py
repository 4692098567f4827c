"""What a browser would find in an answer: elements and attributes, and which of them could act."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

LINKS = {"href", "src", "action", "formaction", "poster", "data", "xlink:href", "srcset", "background", "cite", "ping"}
REQUESTS = {"hx-get", "hx-post", "hx-put", "hx-patch", "hx-delete", "hx-push-url", "hx-replace-url"}
NEVER = {"iframe", "object", "embed", "applet", "base", "frame", "frameset", "math", "portal"}
ACTS = ("javascript:", "vbscript:", "data:", "file:", "blob:")
BLANKS = dict.fromkeys(range(0x21))  # browsers skip blanks and controls in front of and inside a scheme


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    text: str = ""


@dataclass
class Dom(HTMLParser):
    """A page, parsed. ``faults()`` lists what could run or fetch something that we did not write."""

    html: str
    elements: list[Element] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.elements:
            self.elements[-1].text += data

    def tags(self) -> set[str]:
        return {element.tag for element in self.elements}

    def attributes(self, name: str) -> list[str]:
        return [element.attributes[name] for element in self.elements if name in element.attributes]

    def faults(self) -> list[str]:
        """Faults of a whole page of ours, in which text by others stands."""
        return [fault for element in self.elements for fault in _faults(element)]

    def foreign_faults(self) -> list[str]:
        """Faults of HTML that was made out of other people's text: nothing in it may act at all."""
        found = self.faults()
        for element in self.elements:
            if element.tag in {"script", "style", "img", "svg", "form", "input", "button", "link", "meta", "video"}:
                found.append(f"<{element.tag}>")
            found += [
                f"{element.tag} {name}" for name in element.attributes if name not in {"href", "title", "start", "rel"}
            ]
        return found


def _faults(element: Element) -> list[str]:
    found = [f"<{element.tag}>"] if element.tag in NEVER else []
    data = element.attributes.get("type") == "application/json"  # read, never run
    if (
        element.tag == "script"
        and not data
        and (element.text.strip() or not element.attributes.get("src", "").startswith(("/static/", "/api/docs/")))
    ):
        found.append(f"inline script {element.text[:40]!r}")
    if element.tag == "style":
        found.append("inline style element")
    return found + [
        f"{element.tag} {name}={value[:40]!r}" for name, value in element.attributes.items() if _acts(name, value)
    ]


def _acts(name: str, value: str) -> bool:
    plain = value.translate(BLANKS).lower()
    if name.startswith("on") or name in {"style", "srcdoc"}:
        return True
    if name in REQUESTS and plain != "true":  # hx-push-url="true" says which one it already has
        return plain.startswith(("//", "/pwned")) or not plain.startswith(("/", "?"))
    if name.startswith(("hx-", "data-hx-")):
        return "pwned" in plain or "js:" in plain
    if name in LINKS and plain.startswith(ACTS):
        return True
    return name in {"src", "srcset", "action", "formaction"} and "//" in plain  # it leaves the house
