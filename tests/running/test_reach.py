"""Under root the database's user gets through closed folders, and nobody else does."""

import os
from pathlib import Path

import pytest

from portal.running import reach

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can let another user in")


def test_one_user_is_let_through_a_closed_folder_and_still_after_a_chmod(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    user = reach.system_user()
    for _ in range(2):
        assert not reach._may_pass(user, home)
        reach._allow_passing(user, home)
        assert reach._may_pass(user, home)
        assert home.stat().st_mode & 0o007 in {0, 1}  # 1 where the file system keeps no access lists
        home.chmod(0o700)


def test_an_open_folder_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "open" / "data").mkdir(parents=True)
    tmp_path.chmod(0o755)
    (tmp_path / "open").chmod(0o711)
    before = reach._entries(tmp_path / "open")
    reach.let_through(reach.system_user(), tmp_path / "open" / "data")
    assert reach._entries(tmp_path / "open") == before
