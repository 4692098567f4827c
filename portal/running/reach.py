"""As root, PostgreSQL runs as another user, who must get through to its files. This opens as little as that takes."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import struct
import subprocess
from pathlib import Path

SYSTEM_USER = "embedded_postgres"

ACL_ATTRIBUTE = "system.posix_acl_access"
ACL_VERSION = 2
ACL_USER_OBJ, ACL_USER, ACL_GROUP_OBJ, ACL_GROUP, ACL_MASK, ACL_OTHER = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
NO_ID = 0xFFFFFFFF
EXECUTE = 1


class ReachError(Exception):
    """Another user cannot be let through; the message says in one line what to do."""


def system_user() -> pwd.struct_passwd:
    """The unprivileged user that the database runs as under root, made when there is none."""
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        pass
    useradd = shutil.which("useradd") or shutil.which("useradd", path="/usr/sbin:/sbin")
    advice = f"make a system user {SYSTEM_USER!r}, or run as an ordinary user."
    if useradd is None:
        raise ReachError(f"PostgreSQL refuses to run as root and there is no useradd: {advice}")
    command = [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        raise ReachError(
            f"PostgreSQL refuses to run as root and useradd failed ({made.stderr.strip()}): {advice}"
        ) from None


def let_through(user: pwd.struct_passwd, path: Path) -> None:
    """Let ``user``, and nobody else where the file system can say so, pass through the folders above ``path``."""
    for folder in path.resolve().parents:
        if not _may_pass(user, folder):
            _allow_passing(user, folder)


def let_read(user: pwd.struct_passwd, tree: Path) -> None:
    """Let ``user`` read our own installed files under ``tree``, which a strict umask may have closed."""
    let_through(user, tree)
    for folder, _, files in os.walk(tree):
        for path in (Path(folder), *(Path(folder) / name for name in files)):
            mode = stat.S_IMODE(path.stat().st_mode)
            wanted = mode | 0o044 | (0o011 if mode & 0o100 else 0)
            if wanted != mode:
                path.chmod(wanted)


def _may_pass(user: pwd.struct_passwd, folder: Path) -> bool:
    found = folder.stat()
    if found.st_uid == user.pw_uid:
        return bool(found.st_mode & 0o100)
    return bool(found.st_mode & 0o001) or user.pw_uid in _named_users(folder)


def _named_users(folder: Path) -> set[int]:
    entries = _entries(folder)
    # A later chmod leaves the entries and narrows the mask over them
    mask = next((allowed for tag, allowed, _ in entries if tag == ACL_MASK), EXECUTE)
    return {number for tag, allowed, number in entries if tag == ACL_USER and allowed & mask & EXECUTE}


def _entries(folder: Path) -> list[tuple[int, int, int]]:
    """The folder's access list, or the one that its mode bits amount to."""
    mode = folder.stat().st_mode
    plain = [
        (ACL_USER_OBJ, mode >> 6 & 7, NO_ID),
        (ACL_GROUP_OBJ, mode >> 3 & 7, NO_ID),
        (ACL_OTHER, mode & 7, NO_ID),
    ]
    if not hasattr(os, "getxattr"):
        return plain
    try:
        raw = os.getxattr(folder, ACL_ATTRIBUTE)
    except OSError:
        return plain
    return [struct.unpack_from("<HHI", raw, place) for place in range(4, len(raw), 8)]


def _allow_passing(user: pwd.struct_passwd, folder: Path) -> None:
    entries = [entry for entry in _entries(folder) if entry[0] != ACL_MASK and entry[::2] != (ACL_USER, user.pw_uid)]
    entries.append((ACL_USER, EXECUTE, user.pw_uid))
    mask = 0
    for tag, allowed, _ in entries:
        if tag in {ACL_USER, ACL_GROUP_OBJ, ACL_GROUP}:
            mask |= allowed
    entries.append((ACL_MASK, mask, NO_ID))
    packed = struct.pack("<I", ACL_VERSION) + b"".join(struct.pack("<HHI", *entry) for entry in sorted(entries))
    try:
        if not hasattr(os, "setxattr"):
            raise OSError
        os.setxattr(folder, ACL_ATTRIBUTE, packed)
    except OSError:
        try:
            folder.chmod(stat.S_IMODE(folder.stat().st_mode) | 0o001)  # no access lists here: passing, but no listing
        except OSError as error:
            blocked = f"User {user.pw_name} must be able to pass through {folder} ({error.strerror})"
            raise ReachError(f"{blocked}; choose another folder with DEMO_DIR=.") from error
