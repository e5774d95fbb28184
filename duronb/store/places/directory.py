"""Runs in a directory of this machine."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from duronb.store.index import Line, read_index, write_index
from duronb.store.places.protocol import RECORD

PARTIAL = ".partial-"
STALE_SECONDS = 24 * 60 * 60
"""Age after which a partial run is deleted, since a killed process left it behind."""


class Disk:
    """Runs in a directory. A run is written into a hidden directory there, synchronised to the disk, and renamed."""

    at_once = True

    def __init__(self, path: Path) -> None:
        self.path = path
        self._text = str(path).rstrip("/")

    def names(self) -> list[str]:
        """Return the names of its directories; an empty list if it does not exist."""
        try:
            with os.scandir(self.path) as entries:
                return [entry.name for entry in entries if not entry.name.startswith(".") and entry.is_dir()]
        except (FileNotFoundError, NotADirectoryError):
            return []

    def exists(self, run_id: str) -> bool:
        """Return whether a run or its picture has this id."""
        return (self.path / run_id).exists() or (self.path / f"{run_id}.svg").exists()

    def read(self, run_id: str, name: str) -> bytes:
        """Read a file of a run."""
        # Without pathlib, which would take a quarter of the time limit for listing ten thousand runs.
        with open(f"{self._text}/{run_id}/{name}", "rb") as file:  # noqa: PTH123
            return file.read()

    def open(self, run_id: str, name: str) -> IO[bytes]:
        """Open a file of a run for reading."""
        return (self.path / run_id / name).open("rb")

    def location(self, run_id: str) -> str:
        """Return the path of a run."""
        return f"{self._text}/{run_id}"

    @contextlib.contextmanager
    def staging(self) -> Iterator[Path]:
        """Yield a hidden directory on the same file system. It is removed at the end."""
        self.path.mkdir(parents=True, exist_ok=True)
        self._remove_stale()
        staged = Path(tempfile.mkdtemp(prefix=PARTIAL, dir=self.path))
        try:
            yield staged
        finally:
            shutil.rmtree(staged, ignore_errors=True)

    def commit(self, staged: Path, run_id: str, picture: Path | None) -> bool:
        """Synchronise the files to the disk, rename their directory, then the picture; see ``Root.commit``."""
        for file in (*staged.iterdir(), *([] if picture is None else [picture])):
            _sync_path(file)
        _sync_path(staged)
        try:
            # A rename replaces only an empty directory. So one of two concurrent writers fails, and is notified.
            staged.rename(self.path / run_id)
        except OSError as error:
            if error.errno in {errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR}:
                return False
            raise
        if picture is not None:
            picture.replace(self.path / f"{run_id}.svg")
        _sync_path(self.path)
        return True

    def check(self) -> None:
        """Create the directory and write a file in it."""
        self.path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=self.path) as file:
            file.write(b"duronb")

    def put(self, folder: str, name: str, content: bytes, *, replace: bool) -> bool:
        """Write a small file atomically; see ``Root.put``. A link, unlike a rename, never replaces a file."""
        directory = self.path / folder
        directory.mkdir(parents=True, exist_ok=True)
        descriptor, staged = tempfile.mkstemp(prefix=PARTIAL, dir=directory)
        try:
            with open(descriptor, "wb") as file:  # noqa: PTH123  it is open already
                file.write(content)
                file.flush()
                os.fsync(descriptor)
            Path(staged).chmod(0o644)
            if replace:
                Path(staged).replace(directory / name)
                return True
            _link_file(Path(staged), directory / name)
        except FileExistsError:
            return False
        finally:
            Path(staged).unlink(missing_ok=True)
        return True

    def drop(self, folder: str, name: str) -> bool:
        """Remove a file; ``False`` if it does not exist."""
        try:
            (self.path / folder / name).unlink()
        except FileNotFoundError:
            return False
        return True

    def files(self, folder: str) -> list[str]:
        """Return the names of the files in a directory; an empty list if it does not exist."""
        try:
            with os.scandir(self.path / folder) as entries:
                return [entry.name for entry in entries if not entry.name.startswith(".") and entry.is_file()]
        except (FileNotFoundError, NotADirectoryError):
            return []

    def size(self, run_id: str) -> int:
        """Return the size of a run and its picture in bytes."""
        return size_of(self.path / run_id) + size_of(self.path / f"{run_id}.svg")

    def stamp(self, run_id: str) -> tuple[int, int] | None:
        """Return modification time (nanoseconds) and size (bytes) of a run's record; ``None`` if it has none."""
        try:
            found = os.stat(f"{self._text}/{run_id}/{RECORD}")  # noqa: PTH116  as in `read`
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size

    def indexed(self) -> dict[str, Line]:
        """Return the index; empty if there is no valid index."""
        return read_index(self.path)

    def index(self, lines: Iterable[tuple[str, Line]]) -> None:
        """Write the index, if the directory can be written."""
        write_index(self.path, lines)

    def _remove_stale(self) -> None:
        oldest = time.time() - STALE_SECONDS
        with os.scandir(self.path) as entries:
            for entry in entries:
                # Other writers remove theirs meanwhile.
                with contextlib.suppress(FileNotFoundError):
                    if entry.name.startswith(PARTIAL) and entry.stat(follow_symlinks=False).st_mtime < oldest:
                        shutil.rmtree(entry.path, ignore_errors=True)


def size_of(path: Path) -> int:
    """Return the size in bytes of a file, or of all files below a directory; 0 if it does not exist."""
    try:
        with os.scandir(path) as entries:
            return sum(
                size_of(Path(entry.path))
                if entry.is_dir(follow_symlinks=False)
                else entry.stat(follow_symlinks=False).st_size
                for entry in entries
            )
    except NotADirectoryError:
        return path.lstat().st_size
    except FileNotFoundError:
        return 0


def _link_file(staged: Path, target: Path) -> None:
    try:
        target.hardlink_to(staged)
    except FileExistsError:
        raise
    except OSError:
        # The file system has no hard links. If two processes write at the same time, the later one overwrites the file.
        if target.exists():
            raise FileExistsError(errno.EEXIST, "the file exists", str(target)) from None
        staged.replace(target)


def _sync_path(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
