"""Only a folder that we made is ours, and only such a one is ever dropped."""

from pathlib import Path

import pytest

from portal.running import reset
from portal.running.folder import ForeignFolderError, claim, is_ours


def test_a_new_and_an_empty_folder_become_ours(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name in ("new/deep", "empty"):
        assert is_ours(claim(tmp_path / name))


def test_a_folder_with_other_things_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(ForeignFolderError, match="DEMO_DIR"):
        claim(tmp_path)
    assert not is_ours(tmp_path)


def test_our_folder_is_claimed_again_with_all_that_is_in_it(tmp_path: Path) -> None:
    claim(tmp_path / "data")
    (tmp_path / "data" / "postgres").mkdir()
    assert claim(tmp_path / "data") == tmp_path / "data"


def test_reset_drops_our_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DEMO_DIR", str(claim(tmp_path / "data")))
    assert reset.main() == 0
    assert not (tmp_path / "data").exists()


def test_reset_keeps_what_we_did_not_make(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "thesis.txt").touch()
    monkeypatch.setenv("DEMO_DIR", str(tmp_path))
    assert reset.main() == 1
    assert "was not made by Gazetteer" in capsys.readouterr().out
    assert (tmp_path / "thesis.txt").exists()
