"""The protocol of the places where a store keeps runs."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Protocol

from duronb.errors import HostError
from duronb.store.index import Line

RECORD, SAMPLES, FRAMES, LOG, LOCK = "run.json", "samples.parquet", "frames.parquet", "stress.log.zst", "Cargo.lock"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Root(Protocol):
    """A place where a store keeps runs.

    Attributes
    ----------
    at_once
        A run appears with all of its files. If ``False``, a directory without ``run.json`` is being written or removed.
    """

    at_once: bool

    def names(self) -> list[str]:
        """Return the names of its directories; an empty list if it does not exist."""

    def exists(self, run_id: str) -> bool:
        """Return whether a run or its picture has this id."""

    def read(self, run_id: str, name: str) -> bytes:
        """Return the content of a run's file. Raise FileNotFoundError if it is missing."""

    def open(self, run_id: str, name: str) -> IO[bytes]:
        """Open a file of a run for reading. Raise FileNotFoundError if it is missing."""

    def location(self, run_id: str) -> str:
        """Return the path or URL of a run."""

    def staging(self) -> contextlib.AbstractContextManager[Path]:
        """Return a context with a directory of this machine to write a run in. It is removed at the end."""

    def commit(self, staged: Path, run_id: str, picture: Path | None) -> bool:
        """Add a staged run atomically; ``False`` if the id is taken."""

    def check(self) -> None:
        """Raise HostError or OSError if nothing can be written."""

    def put(self, folder: str, name: str, content: bytes, *, replace: bool) -> bool:
        """Write a small file atomically; ``False`` if it exists and ``replace`` is ``False``."""

    def drop(self, folder: str, name: str) -> bool:
        """Remove a file; ``False`` if it does not exist."""

    def files(self, folder: str) -> list[str]:
        """Return the names of the files in a directory; an empty list if it does not exist."""

    def size(self, run_id: str) -> int:
        """Return the size of a run and its picture in bytes."""

    def stamp(self, run_id: str) -> tuple[int, int] | None:
        """Return modification time (nanoseconds) and size (bytes) of ``run.json``; ``None`` if they are unknown."""

    def indexed(self) -> dict[str, Line]:
        """Return the index; empty if there is no valid index."""

    def index(self, lines: Iterable[tuple[str, Line]]) -> None:
        """Write the index, if the place can have one."""


@contextlib.contextmanager
def writing(root: str, outcome: str = "the run was not stored") -> Iterator[None]:
    """Convert errors of a disk or a remote store to HostError. ``outcome`` describes what a full disk prevented."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise HostError(
                f"The disk of {root} is full; {outcome}.", "Free some space, or give another --store."
            ) from None
        reason = error.strerror or str(error) or type(error).__name__
        raise HostError(f"{root} cannot be written: {reason}.", "Give another --store.") from None
