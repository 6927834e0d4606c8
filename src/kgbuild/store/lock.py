"""One writer or many readers of a folder, across processes.

RocksDB itself refuses a second writer, but lets a reader in beside one and leaves undefined what it
sees. Hence a lock file of our own, taken for as long as the store is open and given up by the operating
system when a process dies.
"""

import sys
from pathlib import Path
from typing import IO

from kgbuild.errors import StoreError

if sys.platform != "win32":
    import fcntl


class FolderLock:
    """A lock on ``folder``: exclusive for a writer, shared among readers.

    On Windows, which lacks ``flock``, only RocksDB's own lock among writers holds.

    Raises:
        StoreError: if another process holds it.
    """

    def __init__(self, folder: Path, *, write: bool) -> None:
        self._file: IO[bytes] | None = None
        path = folder / "lock"
        try:
            file = path.open("ab" if write or not path.exists() else "rb")
        except OSError as error:
            if write:
                raise StoreError(f"{folder} cannot be written ({error.strerror}). Choose another.") from error
            return  # a copy on a read-only medium: nobody can be writing there
        self._file = file
        if sys.platform != "win32":
            try:
                fcntl.flock(file, (fcntl.LOCK_EX if write else fcntl.LOCK_SH) | fcntl.LOCK_NB)
            except OSError as error:
                self.release()
                other = "read or written" if write else "written"
                raise StoreError(
                    f"{folder} is busy: it is being {other} by another kgbuild. Wait for that one to end "
                    "(kgbuild serve and kgbuild build hold it), or stop it."
                ) from error

    def release(self) -> None:
        """Give the lock up; a second call does nothing."""
        if self._file:
            self._file.close()
            self._file = None
