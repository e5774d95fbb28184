"""The trash of a store in a directory. It contains the runs that a cleaning removed until it is emptied."""

from __future__ import annotations

import contextlib
import re
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from duronb.store.ids import is_id
from duronb.store.places.directory import PARTIAL, size_of

TRASH = ".trash"
_STAMP = re.compile(r"(\d{8}T\d{6}Z)(?:_(\d{1,4}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleared:
    """One cleaning in the trash.

    Parameters
    ----------
    path
        Its directory.
    when
        Time of the cleaning, UTC.
    runs
        Ids of the moved runs.
    bytes
        Size of the moved runs.
    """

    path: Path
    when: datetime
    runs: tuple[str, ...]
    bytes: int


def in_trash(root: Path) -> list[Cleared]:
    """Return the cleanings that can be undone, newest first."""
    try:
        found = [path for path in (root / TRASH).iterdir() if _STAMP.fullmatch(path.name) and path.is_dir()]
    except (FileNotFoundError, NotADirectoryError):
        return []
    return [_read_cleaning(path) for path in sorted(found, key=_order, reverse=True)]


def move_to_trash(root: Path, run_ids: Iterable[str], now: datetime) -> Path:
    """Move runs with their pictures into a new directory of the trash.

    Each run is one rename, and its picture another one after it. If the process is killed in between, ``complete``
    moves the picture later.
    """
    complete(root)
    target = _new_directory(root / TRASH, f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    for run_id in run_ids:
        (root / run_id).rename(target / run_id)
        _move_picture(root / f"{run_id}.svg", target / f"{run_id}.svg")
    return target


def complete(root: Path) -> None:
    """Move the pictures that a killed process left behind when it moved their runs to the trash."""
    for cleared in in_trash(root):
        for run_id in cleared.runs:
            if not (root / run_id).exists() and not (cleared.path / f"{run_id}.svg").exists():
                _move_picture(root / f"{run_id}.svg", cleared.path / f"{run_id}.svg")


def restore(root: Path, cleared: Cleared) -> tuple[list[str], list[str]]:
    """Move runs back from the trash, their pictures first.

    Returns
    -------
    The ids of the restored runs, and the ids that remain in the trash because they are taken.
    """
    back, taken = [], []
    for run_id in cleared.runs:
        if (root / run_id).exists():
            taken.append(run_id)
            continue
        _move_picture(cleared.path / f"{run_id}.svg", root / f"{run_id}.svg")
        (cleared.path / run_id).rename(root / run_id)
        back.append(run_id)
    with contextlib.suppress(OSError):
        cleared.path.rmdir()  # fails if something is left in it
    return back, taken


def delete(root: Path, cleared: Iterable[Cleared]) -> None:
    """Delete cleanings permanently. Each is renamed first, so that it disappears from the trash atomically."""
    for each in cleared:
        gone = Path(tempfile.mkdtemp(prefix=PARTIAL, dir=root))
        each.path.rename(gone / each.path.name)
        shutil.rmtree(gone, ignore_errors=True)


def older_than(cleared: Iterable[Cleared], days: float, now: datetime) -> list[Cleared]:
    """Return the cleanings that are more than ``days`` days old."""
    limit = now - timedelta(days=days)
    return [each for each in cleared if each.when < limit]


def _read_cleaning(path: Path) -> Cleared:
    match = _STAMP.fullmatch(path.name)
    if match is None:
        raise ValueError(f"{path.name} is not a cleaning")
    when = datetime.strptime(match[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    runs = tuple(sorted(entry.name for entry in path.iterdir() if entry.is_dir() and is_id(entry.name)))
    return Cleared(path=path, when=when, runs=runs, bytes=size_of(path))


def _order(path: Path) -> tuple[str, int]:
    match = _STAMP.fullmatch(path.name)
    return ("", 0) if match is None else (match[1], int(match[2] or 1))


def _new_directory(parent: Path, stamp: str) -> Path:
    parent.mkdir(parents=True, exist_ok=True)
    for number in range(1, 10_000):
        path = parent / (stamp if number == 1 else f"{stamp}_{number}")
        try:
            path.mkdir()
        except FileExistsError:
            continue
        return path
    raise FileExistsError(f"{parent} contains too many cleanings with one time")


def _move_picture(source: Path, target: Path) -> None:
    """Move a picture, if it exists and the target does not."""
    if source.is_file() and not target.exists():
        source.rename(target)
