"""The files of a dbt run, told apart by what they hold and cut into sections that stay undecoded until needed."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from catalog.capabilities import BadInput, SourceFile
from catalog.connectors.dbt.mending import TOO_DEEP, clean, decode, loads
from catalog.connectors.dbt.notes import Notes, short
from catalog.connectors.dbt.shapes import Metadata

UNPACKED_MAX = 1 << 30
NEWEST = {"manifest": 12, "catalog": 1, "run_results": 6, "sources": 3}
WORDS = {"manifest": "manifest", "catalog": "catalog", "run_results": "run results", "sources": "source freshness"}
_SCHEMA = re.compile(r"/(manifest|catalog|run[-_]results|sources)/v(\d{1,6})(?:\.json)?$")
_ESCAPED_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_SECTIONS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_STEP = 1 << 20


@dataclass(frozen=True, slots=True)
class Artifact:
    """One recognised file. ``sections`` are its top-level members, not decoded yet."""

    name: str
    kind: str
    sections: dict[str, msgspec.Raw]
    metadata: Metadata

    @property
    def is_newer(self) -> bool:
        """Written by a version that is not known here."""
        schema = _SCHEMA.search(self.metadata.dbt_schema_version or "")
        return schema is not None and int(schema[2]) > NEWEST[self.kind]

    def members(self, section: str) -> dict[str, msgspec.Raw]:
        """The members of a section that is an object, or empty where it is missing or null. Raises BadInput."""
        raw = self.sections.get(section)
        return {} if raw is None or bytes(memoryview(raw)[:4]) == b"null" else cut(raw, self.name, section)


@dataclass(frozen=True, slots=True)
class Bundle:
    manifest: Artifact
    catalog: Artifact | None
    run_results: list[Artifact] = field(default_factory=list)
    sources: list[Artifact] = field(default_factory=list)

    def digest(self) -> str:
        """Over all sections. Of the metadata only what facts depend on: dbt writes new times and ids at every call.
        (Results without a time of their own take the file's; the same results in the same elapsed time are one call's.)"""
        hashed = hashlib.blake2b(digest_size=32)
        for artifact in (self.manifest, self.catalog, *self.run_results, *self.sources):
            if artifact is None:
                continue
            hashed.update(f"{artifact.kind} {artifact.metadata.adapter_type} {artifact.metadata.quoting}".encode())
            for name, section in sorted(artifact.sections.items()):
                if name != "metadata":
                    hashed.update(name.encode())
                    hashed.update(section)
        return hashed.hexdigest()


def gather(files: Sequence[SourceFile], notes: Notes) -> Bundle:
    """The artifacts among ``files``. Raises BadInput where one cannot be read, or there is not exactly one manifest."""
    found: dict[str, list[Artifact]] = {kind: [] for kind in NEWEST}
    for file in files:
        artifact = _artifact(file, notes)
        if artifact is not None:
            found[artifact.kind].append(artifact)
    for kind in ("manifest", "catalog"):
        if len(found[kind]) > 1:
            first, second = found[kind][:2]
            raise BadInput(second.name, "", f"is a second {kind} beside {first.name}; give one project at a time")
    if not found["manifest"]:
        raise BadInput(*_without_manifest(files, [artifact for kind in found.values() for artifact in kind]))
    catalog = found["catalog"][0] if found["catalog"] else None
    return Bundle(found["manifest"][0], catalog, found["run_results"], found["sources"])


def _without_manifest(files: Sequence[SourceFile], artifacts: Iterable[Artifact]) -> tuple[str, str, str]:
    for artifact in artifacts:
        return artifact.name, "", f"holds dbt's {WORDS[artifact.kind]}; a manifest.json is needed too"
    names = ", ".join(short(file.name) for file in files[:5])
    return names, "", "no dbt manifest among the files; a manifest.json is needed"


def _artifact(file: SourceFile, notes: Notes) -> Artifact | None:
    content = _content(file)
    if content.lstrip()[:1] != b"{" and not re.search(r"\.json(\.gz)?$", file.name, re.IGNORECASE):
        notes.add(file.name, "", "is not one of dbt's artifacts; left out")
        return None
    sections = _sections(content, file.name, notes)
    raw = sections.get("metadata")
    metadata = (decode(Metadata, raw, file.name, "metadata", notes) if raw is not None else None) or Metadata()
    kind = _kind(metadata, sections, file.name, notes)
    return Artifact(file.name, kind, sections, metadata) if kind else None


def _kind(metadata: Metadata, sections: dict[str, msgspec.Raw], name: str, notes: Notes) -> str:
    """A key of NEWEST, or "" with a warning. Raises BadInput for a manifest that does not tell its version."""
    schema = _SCHEMA.search(metadata.dbt_schema_version or "")
    if schema:
        kind, version = schema[1].replace("-", "_"), int(schema[2])
        if version > NEWEST[kind]:
            message = f"version {version} is newer than {NEWEST[kind]}, the newest known here; read as far as it goes"
            notes.add(name, "metadata.dbt_schema_version", message)
        return kind
    if "nodes" in sections and sections.keys() <= {"nodes", "sources", "errors", "metadata"}:
        return "catalog"
    if "nodes" in sections and "macros" in sections:
        raise BadInput(name, "metadata.dbt_schema_version", "does not name a dbt manifest")
    notes.add(name, "", "is not one of the dbt artifacts that are read; left out")
    return ""


def _content(file: SourceFile) -> bytes:
    """The file's bytes, unpacked, as UTF-8. Raises BadInput."""
    try:
        content = file.load()
    except OSError as error:
        raise BadInput(file.name, "", f"cannot be read: {error.strerror or 'input/output error'}") from None
    if content[:2] == b"\x1f\x8b":
        content = _unpacked(content, file.name)
    encoding = json.detect_encoding(content[:4])
    if encoding != "utf-8" or not content.isascii():
        return _as_utf8(content, encoding, file.name)
    return content


def _as_utf8(content: bytes, encoding: str, name: str) -> bytes:
    try:
        text = content.decode(encoding)
        return content if encoding == "utf-8" else text.encode()
    except UnicodeError as error:
        start = getattr(error, "start", 0)
        raise BadInput(name, f"byte {start}", f"is not {encoding.removesuffix('-sig').upper()} text") from None


def _unpacked(content: bytes, name: str) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
            unpacked = packed.read(UNPACKED_MAX + 1)
    except (OSError, EOFError, zlib.error):
        raise BadInput(name, "", "is a broken or truncated gzip file") from None
    if len(unpacked) > UNPACKED_MAX:
        raise BadInput(name, "", f"unpacks to more than {UNPACKED_MAX >> 20:,} MiB")
    return unpacked


def _sections(content: bytes, name: str, notes: Notes) -> dict[str, msgspec.Raw]:
    """The members of the file's object. Raises BadInput."""
    if b"\\u0000" in content and _ESCAPED_NUL.search(content):
        content = _mended(content, name, notes)
    try:
        members = _SECTIONS.decode(content)
    except (ValueError, RecursionError):
        # NaN and lone surrogates are no JSON for msgspec, but some adapters write them
        return cut(_mended(content, name, notes), name, "")
    return _distinct(members, content, name, "")


def _mended(content: bytes, name: str, notes: Notes) -> bytes:
    value = loads(content, name)
    if not isinstance(value, dict):
        raise BadInput(name, "", "holds no JSON object")
    try:
        value = clean(value, "", lambda place, message: notes.add(name, short(place.removeprefix(".")), message))
        return json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise BadInput(name, "", TOO_DEEP) from None


def cut(raw: msgspec.Raw | bytes, file: str, place: str) -> dict[str, msgspec.Raw]:
    """The members of one JSON object, undecoded. Raises BadInput, also where two members have one name."""
    try:
        members = _SECTIONS.decode(raw)
    except RecursionError:
        raise BadInput(file, place, TOO_DEEP) from None
    except msgspec.ValidationError:
        raise BadInput(file, place, "is not an object") from None
    except ValueError:
        raise BadInput(file, place, "is not JSON") from None
    return _distinct(members, raw, file, place)


def _distinct(
    members: dict[str, msgspec.Raw], raw: msgspec.Raw | bytes, file: str, place: str
) -> dict[str, msgspec.Raw]:
    # What was overwritten by a later member of the same name is missing from the count of braces.
    expected = 1 + sum(_braces(member) for member in members.values()) + sum(key.count("{") for key in members)
    if _braces(raw) > expected:
        for key in _twice(bytes(raw), file, place):
            raise BadInput(file, f"{place}.{short(key)}".lstrip("."), "is there twice")
    return members


def _braces(raw: msgspec.Raw | bytes) -> int:
    if isinstance(raw, bytes):
        return raw.count(b"{")
    view = memoryview(raw)
    return sum(bytes(view[start : start + _STEP]).count(b"{") for start in range(0, len(view), _STEP))


def _twice(content: bytes, file: str, place: str) -> list[str]:
    """Names that the object's members share."""
    outermost: list[tuple[str, object]] = []

    def remember(pairs: list[tuple[str, object]]) -> None:
        outermost[:] = pairs  # the outermost object is closed last

    try:
        json.loads(content, object_pairs_hook=remember)
    except (ValueError, RecursionError):
        raise BadInput(file, place, "has a member twice") from None
    seen: set[str] = set()
    return [key for key, _ in outermost if key in seen or seen.add(key)]  # type: ignore[func-returns-value]
