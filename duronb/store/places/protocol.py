"""Where runs are kept, as the store sees it."""

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
    """What the store needs of the place where runs lie."""

    def names(self) -> list[str]:
        """List the directories in it; none where it does not exist."""

    def exists(self, run_id: str) -> bool:
        """Tell whether a run, or its picture, has this id."""

    def read(self, run_id: str, name: str) -> bytes:
        """Read a file of a run; FileNotFoundError where it is missing."""

    def open(self, run_id: str, name: str) -> IO[bytes]:
        """Open a file of a run for reading; FileNotFoundError where it is missing."""

    def location(self, run_id: str) -> str:
        """Return the path or URL of a run."""

    def staging(self) -> contextlib.AbstractContextManager[Path]:
        """Give a directory of this machine to write a run in; it is removed at the end."""

    def commit(self, staged: Path, run_id: str, picture: Path | None) -> bool:
        """Make a staged run appear, whole; ``False`` where the id is taken."""

    def check(self) -> None:
        """Raise HostError or OSError where nothing can be written."""

    def put(self, folder: str, name: str, content: bytes, *, replace: bool) -> bool:
        """Write a small file, whole; ``False`` where there is one and it may not be replaced."""

    def drop(self, folder: str, name: str) -> bool:
        """Remove a file; ``False`` where there is none."""

    def files(self, folder: str) -> list[str]:
        """List the files of a directory; none where it does not exist."""

    def size(self, run_id: str) -> int:
        """Return the bytes of a run and its picture."""

    def stamp(self, run_id: str) -> tuple[int, int] | None:
        """Return time and size by which a changed ``run.json`` is known; ``None`` where there are none."""

    def indexed(self) -> dict[str, Line]:
        """Return the index; empty where there is none."""

    def index(self, lines: Iterable[tuple[str, Line]]) -> None:
        """Write the index, where there can be one."""


@contextlib.contextmanager
def writing(root: str, outcome: str = "the run was not stored") -> Iterator[None]:
    """Turn whatever a disk or a remote store answers into one line; ``outcome`` says what a full disk prevented."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise HostError(
                f"The disk of {root} is full; {outcome}.", "Free some space, or give another --store."
            ) from None
        reason = error.strerror or str(error) or type(error).__name__
        raise HostError(f"{root} cannot be written: {reason}.", "Give another --store.") from None
