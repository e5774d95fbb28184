"""Runs as objects on any fsspec filesystem."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from duronb.store.index import Line
from duronb.store.places.claim import Claim, create
from duronb.store.places.protocol import RECORD


class Objects:
    """Runs as objects. ``run.json`` is written last, and a directory without it is not a run."""

    at_once = False

    def __init__(self, url: str, filesystem: Any, path: str) -> None:
        self.url = url
        self.filesystem = filesystem
        self.path = path

    def names(self) -> list[str]:
        """Return the names of its directories; an empty list if it does not exist."""
        self.filesystem.invalidate_cache()
        try:
            entries = self.filesystem.ls(self.path, detail=True)
        except FileNotFoundError:
            return []
        names = (entry["name"].rstrip("/").rsplit("/", 1)[-1] for entry in entries if entry["type"] == "directory")
        return [name for name in names if not name.startswith(".")]

    def exists(self, run_id: str) -> bool:
        """Return whether a run or its picture has this id."""
        with _said():
            self.filesystem.invalidate_cache()
            return bool(
                self.filesystem.exists(f"{self.path}/{run_id}/{RECORD}")
                or self.filesystem.exists(f"{self.path}/{run_id}.svg")
            )

    def read(self, run_id: str, name: str) -> bytes:
        """Read an object of a run."""
        return bytes(self.filesystem.cat_file(f"{self.path}/{run_id}/{name}"))

    def open(self, run_id: str, name: str) -> IO[bytes]:
        """Open an object of a run for reading."""
        file: IO[bytes] = self.filesystem.open(f"{self.path}/{run_id}/{name}", "rb")
        return file

    def location(self, run_id: str) -> str:
        """Return the URL of a run."""
        return f"{self.url}/{run_id}"

    @contextlib.contextmanager
    def staging(self) -> Iterator[Path]:
        """Yield a temporary directory of this machine."""
        with tempfile.TemporaryDirectory(prefix="duronb-") as directory:
            yield Path(directory)

    def commit(self, staged: Path, run_id: str, picture: Path | None) -> bool:
        """Claim the id, then write the objects, ``run.json`` last. If one fails, remove those that were written."""
        if self.exists(run_id):
            return False
        folder = f"{self.path}/{run_id}"
        files = sorted(staged.iterdir(), key=lambda file: (file.name == RECORD, file.name))
        moves = [(file, f"{folder}/{file.name}") for file in files]
        if picture is not None:
            moves.insert(-1, (picture, f"{folder}.svg"))
        claim = Claim(self.filesystem, folder)
        written: list[str] = []
        with _said():
            try:
                if not claim.take():
                    return False
                for file, target in moves:
                    written.insert(0, target)
                    self.filesystem.put_file(str(file), target)
            except BaseException:
                # The record first: a run whose record stays must stay whole.
                with contextlib.suppress(Exception):
                    for target in written:
                        self._remove(target)
                    claim.release()
                raise
        return True

    def check(self) -> None:
        """Write an object and remove it."""
        probe = f"{self.path}/.duronb-{os.getpid()}-{time.time_ns()}"
        with _said():
            self.filesystem.makedirs(self.path, exist_ok=True)
            self.filesystem.pipe_file(probe, b"duronb")
            self.filesystem.rm_file(probe)

    def put(self, folder: str, name: str, content: bytes, *, replace: bool) -> bool:
        """Write a small object. Object stores write an object atomically."""
        target = f"{self.path}/{folder}/{name}"
        with _said():
            self.filesystem.makedirs(f"{self.path}/{folder}", exist_ok=True)
            if not replace:
                return create(self.filesystem, target, content)
            self.filesystem.pipe_file(target, content)
        return True

    def drop(self, folder: str, name: str) -> bool:
        """Remove an object; ``False`` if it does not exist."""
        try:
            with _said():
                self.filesystem.rm_file(f"{self.path}/{folder}/{name}")
        except FileNotFoundError:
            return False
        return True

    def files(self, folder: str) -> list[str]:
        """Return the names of the objects in a folder; an empty list if it does not exist."""
        self.filesystem.invalidate_cache()
        try:
            entries = self.filesystem.ls(f"{self.path}/{folder}", detail=True)
        except FileNotFoundError:
            return []
        return [entry["name"].rsplit("/", 1)[-1] for entry in entries if entry["type"] == "file"]

    def remove(self, run_id: str) -> None:
        """Delete a run, ``run.json`` first, so that a partly deleted run is not listed."""
        with _said():
            self.filesystem.invalidate_cache()
            self.filesystem.rm_file(f"{self.path}/{run_id}/{RECORD}")
            self._remove(f"{self.path}/{run_id}.svg")
            self.filesystem.rm(f"{self.path}/{run_id}", recursive=True)

    def _remove(self, target: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            self.filesystem.rm_file(target)

    def size(self, run_id: str) -> int:
        """Return the size of a run and its picture in bytes."""
        try:
            picture = self.filesystem.size(f"{self.path}/{run_id}.svg") or 0
        except FileNotFoundError:
            picture = 0
        return int(self.filesystem.du(f"{self.path}/{run_id}")) + int(picture)

    def stamp(self, run_id: str) -> tuple[int, int] | None:  # noqa: ARG002
        """Return ``None``: an object's time takes as long to read as the object."""
        return None

    def indexed(self) -> dict[str, Line]:
        """Return an empty index: object stores have none."""
        return {}

    def index(self, lines: Iterable[tuple[str, Line]]) -> None:
        """Do nothing: object stores have no index."""


@contextlib.contextmanager
def _said() -> Iterator[None]:
    """Raise what a filesystem raises as an OSError, which ``writing`` converts: many have errors of their own."""
    try:
        yield
    except OSError:
        raise
    except Exception as error:
        raise OSError(" ".join(f"{error or type(error).__name__}".split())) from error
