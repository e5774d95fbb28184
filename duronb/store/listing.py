"""Listing runs: from the index, or from records that changed since they were indexed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from duronb.errors import StoreError
from duronb.model.garbage_collector import collector_paused
from duronb.model.run import RunRecord
from duronb.store.ids import age, is_id
from duronb.store.index import MINIMUM_RUNS, Line, line_of
from duronb.store.places.protocol import Root
from duronb.store.reading import NoRecordError, is_metric_only, listed_run, read_record


class Damaged(NamedTuple):
    """A directory of the store that is not a readable run."""

    name: str
    reason: str


def list_runs(place: Root, names: Sequence[str], *, entire: bool) -> tuple[list[RunRecord], list[Damaged]]:
    """Return the runs, newest first, and the damaged directories.

    Parameters
    ----------
    place
        Where the store keeps its runs.
    names
        Directories to read.
    entire
        ``names`` are all directories of the store, so that the index may be written.
    """
    found: list[RunRecord] = []
    damaged: list[Damaged] = []
    known = place.indexed() if len(names) >= MINIMUM_RUNS else {}
    lines: list[tuple[str, Line]] = []
    read = 0
    with collector_paused():
        for name in names:
            stamp = place.stamp(name) if is_id(name) else None
            line = known.get(name)
            if line is None or line.stamp != stamp:
                try:
                    run, fields = read_record(place, name)
                except StoreError as error:
                    if is_id(name) and (place.at_once or not isinstance(error, NoRecordError)):
                        damaged.append(Damaged(name, str(error)))
                    continue
                if stamp is not None and len(names) >= MINIMUM_RUNS:
                    line = line_of(fields, run.created, stamp, metric_only=is_metric_only(fields))
                    lines.append((name, line))
                    read += 1
            else:
                run = listed_run(place, name, line)
                lines.append((name, line))
            found.append(run)
        if entire and read >= MINIMUM_RUNS:
            place.index(lines)
    found.sort(key=lambda run: (run.created, age(run.id)), reverse=True)
    return found, damaged


def newest_first(names: Iterable[str]) -> list[str]:
    """Return ids in the order of their times, newest first."""
    return sorted(names, key=age, reverse=True)
