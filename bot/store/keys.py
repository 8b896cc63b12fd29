"""Keys of rounds without names: a file each, outside the database and outside every copy of it.

What is sealed can be read only with its round's key. To unlink the key is to erase what it sealed, in the
database, its log and its backups alike. All of this blocks: call it off the event loop.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from errno import ENOENT, ENOSPC
from pathlib import Path

LENGTH = 32
"""Bytes of a key."""


def make(folder: Path, community: int, which: int) -> None:
    """Write a round's key, new, so that it outlives a power cut from here on; raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = _file(folder, community, which)
    begun = file.with_suffix(".new")
    begun.unlink(missing_ok=True)
    handle = os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        if os.write(handle, secrets.token_bytes(LENGTH)) < LENGTH:  # half a key opens nothing
            raise OSError(ENOSPC, os.strerror(ENOSPC))
        os.fsync(handle)
    finally:
        os.close(handle)
    begun.replace(file)
    _settle(folder)
    _settle(folder.parent)


def read(folder: Path, community: int, which: int) -> bytes | None:
    """A round's key, None where it is lost; raises OSError where it can't tell."""
    _check_there(folder)
    try:
        found = _file(folder, community, which).read_bytes()
    except FileNotFoundError:
        return None
    return found if len(found) == LENGTH else None


def destroy(folder: Path, community: int, which: int) -> None:
    """Unlink a round's key, so that it stays unlinked after a power cut; nothing where it has gone.

    Raises OSError where it can't tell: a folder that is away may come back with the key in it.
    """
    _check_there(folder)
    with suppress(FileNotFoundError):
        _file(folder, community, which).unlink()
        _settle(folder)


def _check_there(folder: Path) -> None:
    if not folder.is_dir():  # a disk that is not there, rather than a key
        raise FileNotFoundError(ENOENT, "the folder of keys is away")


def _file(folder: Path, community: int, which: int) -> Path:
    return folder / f"{community}-{which}.key"


def _settle(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
