import gzip
import json

import pytest

from catalog.capabilities import BadInput, Reader, SourceFile
from catalog.connectors.dbt import artifacts
from catalog.connectors.dbt.reader import DbtReader
from catalog.facts import AssetFact

from .factories import catalog, file, manifest, messages, metadata, node, of, read, run_results

A = "model.shop.a"
PROJECT = manifest({A: node(A)})


def refusal(*files: SourceFile) -> str:
    with pytest.raises(BadInput) as caught:
        list(DbtReader().read(files, {}))
    return str(caught.value)


def test_it_is_a_reader():
    assert isinstance(DbtReader(), Reader)


def test_files_are_known_by_what_they_hold_not_by_their_names():
    files = [file("a", run_results()), file("b.txt", PROJECT), file("c", catalog(**{A: {"ID": "INT"}}))]
    [found] = of(AssetFact, list(DbtReader().read(files, {})))
    assert found.columns[0].observed


@pytest.mark.parametrize("version", range(1, 13))
def test_every_version_is_read_without_a_warning(version):
    assert messages(read({**PROJECT, "metadata": metadata(version=version)})) == []


def test_a_newer_version_is_read_with_a_warning():
    facts = read({**PROJECT, "metadata": metadata(version=13)})
    assert len(of(AssetFact, facts)) == 1
    assert "version 13 is newer than 12" in messages(facts)[0]


def test_gzipped_files_are_unpacked():
    assert len(of(AssetFact, read(gzip.compress(json.dumps(PROJECT).encode())))) == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_file_that_a_windows_shell_wrote_is_read(encoding):
    assert len(of(AssetFact, read(json.dumps(PROJECT).encode(encoding)))) == 1


def test_a_catalog_may_lack_its_metadata():
    bare = catalog(**{A: {"ID": "INT"}})
    del bare["metadata"]
    assert of(AssetFact, read(PROJECT, bare))[0].columns_known


def test_other_files_of_the_target_folder_are_left_out_with_a_warning():
    facts = list(
        DbtReader().read([file("m.json", PROJECT), file("semantic_manifest.json", {}), file("x.sql", b"select")], {})
    )
    assert [line.partition(": ")[2] for line in messages(facts)] == [
        "is not one of the dbt artifacts that are read; left out",
        "is not one of dbt's artifacts; left out",
    ]


def test_two_manifests_are_refused():
    assert refusal(file("a.json", PROJECT), file("b.json", PROJECT)).startswith(
        "b.json: is a second manifest beside a.json"
    )


def test_a_missing_manifest_is_told():
    assert refusal(file("c.json", catalog())) == "c.json: holds dbt's catalog; a manifest.json is needed too"
    assert refusal(file("x.json", {"a": 1})).startswith("x.json: no dbt manifest among the files")


def test_a_manifest_without_a_version_is_refused():
    unknown = {**PROJECT, "macros": {}, "metadata": {}}
    assert refusal(file("m.json", unknown)) == "m.json: metadata.dbt_schema_version: does not name a dbt manifest"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'{"metadata": {"x": 1', "m.json: line 1 column 21: is not JSON: "),
        (b"", "m.json: line 1 column 1: is not JSON: "),
        (b"[]", "m.json: holds no JSON object"),
        (b'{"a": "\xff"}', "m.json: byte 7: is not UTF-8 text"),
        (b"\xff\xfe{", "m.json: byte 2: is not UTF-16 text"),
        (b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "m.json: is nested too deeply"),
        (b'{"a": "\x00"}', "m.json: line 1 column 8: is not JSON: "),
        (gzip.compress(b"{}" * 99, mtime=0)[:20], "m.json: is a broken or truncated gzip file"),
        (b"\x1f\x8bnonsense", "m.json: is a broken or truncated gzip file"),
        (b'{"metadata": {}, "nodes": {}, "nodes": {}, "macros": {}}', "m.json: nodes: is there twice"),
    ],
)
def test_a_broken_file_is_refused_with_its_name_and_place(content, told):
    assert refusal(file("m.json", content)).startswith(told)


def test_a_node_given_twice_is_refused():
    text = json.dumps(PROJECT).replace(f'"{A}"', f'"{A}": {{"name": "a{{"}}, "{A}"', 1)
    assert refusal(file("m.json", text.encode())) == "m.json: nodes.model.shop.a: is there twice"


@pytest.mark.parametrize("section", ["nodes", "sources", "exposures", "unit_tests", "groups"])
def test_a_section_of_the_wrong_type_is_refused(section):
    assert refusal(file("m.json", {**PROJECT, section: []})) == f"m.json: {section}: is not an object"


def test_a_manifest_without_nodes_is_refused():
    assert refusal(file("m.json", {"metadata": metadata()})) == "m.json: nodes: is missing"


def test_a_bomb_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(artifacts, "UNPACKED_MAX", 1 << 20)
    assert refusal(file("m.json", gzip.compress(b" " * (2 << 20)))) == "m.json: unpacks to more than 1 MiB"


def test_a_file_that_cannot_be_opened_is_refused(tmp_path):
    assert refusal(SourceFile.at(tmp_path / "gone.json")) == "gone.json: cannot be read: No such file or directory"


def test_nothing_is_given_before_the_last_file_is_looked_at():
    facts = DbtReader().read([file("m.json", PROJECT), file("r.json", b"{")], {})
    with pytest.raises(BadInput):
        next(iter(facts))


def test_a_manifest_of_a_newer_kind_in_which_nothing_is_found_is_refused():
    with pytest.raises(BadInput, match="newer than this reader"):
        read({"metadata": metadata(version=99), "nodes": {}})
