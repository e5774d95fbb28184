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
from duronb.store.places.protocol import RECORD


class Objects:
    """Runs as objects. ``run.json`` is written last, and a directory without it is not a run."""

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
        """Write the objects, ``run.json`` last. If one fails, remove those that were written."""
        if self.exists(run_id):
            return False
        target = f"{self.path}/{run_id}"
        files = sorted(staged.iterdir(), key=lambda file: (file.name == RECORD, file.name))
        try:
            self.filesystem.makedirs(target, exist_ok=True)
            for file in files[:-1]:
                self.filesystem.put_file(str(file), f"{target}/{file.name}")
            if picture is not None:
                self.filesystem.put_file(str(picture), f"{target}.svg")
            self.filesystem.put_file(str(files[-1]), f"{target}/{files[-1].name}")
        except BaseException:
            for leftover, recursive in ((target, True), (f"{target}.svg", False)):
                with contextlib.suppress(Exception):
                    self.filesystem.rm(leftover, recursive=recursive)
            raise
        return True

    def check(self) -> None:
        """Write an object and remove it."""
        probe = f"{self.path}/.duronb-{os.getpid()}-{time.time_ns()}"
        self.filesystem.makedirs(self.path, exist_ok=True)
        self.filesystem.pipe_file(probe, b"duronb")
        self.filesystem.rm_file(probe)

    def put(self, folder: str, name: str, content: bytes, *, replace: bool) -> bool:
        """Write a small object. Object stores write an object atomically."""
        target = f"{self.path}/{folder}/{name}"
        if not replace and self.filesystem.exists(target):
            return False
        self.filesystem.makedirs(f"{self.path}/{folder}", exist_ok=True)
        self.filesystem.pipe_file(target, content)
        return True

    def drop(self, folder: str, name: str) -> bool:
        """Remove an object; ``False`` if it does not exist."""
        try:
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
        self.filesystem.rm_file(f"{self.path}/{run_id}/{RECORD}")
        self.filesystem.rm(f"{self.path}/{run_id}", recursive=True)
        with contextlib.suppress(FileNotFoundError):
            self.filesystem.rm_file(f"{self.path}/{run_id}.svg")

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
