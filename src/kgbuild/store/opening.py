"""Opening the database in a store's folder, under the folder's lock."""

import errno
import os
from pathlib import Path

import pyoxigraph as ox

from kgbuild.errors import StoreError
from kgbuild.store.lock import FolderLock

DATABASE = "store"
_NO_ROOM = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EROFS)
"""Errors that Oxigraph passes on as text, and that leave the database as it was."""
_UNFINISHED = "bulk-*.sst"
"""Files that Oxigraph's bulk loader was writing when the process died; the database does not know them."""


def open_database(folder: Path, *, write: bool) -> tuple[ox.Store, FolderLock]:
    """The database in ``folder`` and the lock that goes with it; for writing both are made when missing.

    Raises:
        StoreError: if it is missing (for reading), busy or damaged.
    """
    database = folder / DATABASE
    if write:
        try:
            (folder / "records").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{folder} cannot be made ({error}). Choose another folder.") from error
    elif not (database / "CURRENT").is_file():
        raise StoreError(f"There is no graph in {folder}. Run kgbuild build first, or name its folder.")
    lock = FolderLock(folder, write=write)
    try:
        if write:
            for unfinished in database.glob(_UNFINISHED):
                unfinished.unlink()
        return ox.Store(database) if write else ox.Store.read_only(str(database)), lock
    except OSError as error:
        lock.release()
        if "lock" in str(error).lower():
            raise StoreError(f"{folder} is busy: another program writes it. Wait, or stop it.") from error
        if any(os.strerror(code) in str(error) for code in _NO_ROOM):
            raise StoreError(
                f"{database} cannot be written ({error}). Free space there, or see that it may be written, "
                "and run the same command again: nothing in it was lost."
            ) from error
        raise StoreError(
            f"{database} cannot be opened ({error}). Delete {folder} and run kgbuild build again."
        ) from error
