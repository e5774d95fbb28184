"""Cleaning: remove all runs except the newest of each label, tagged runs, and series with a tagged run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from duronb.errors import RequestError, StoreError
from duronb.model.run import RunRecord
from duronb.quoting import quoted
from duronb.request import validate_label
from duronb.store.ids import is_id
from duronb.store.keeping.trash import Cleared, delete, in_trash, move_to_trash, older_than, restore
from duronb.store.listing import Damaged
from duronb.store.places.directory import Disk
from duronb.store.places.object_store import Objects
from duronb.store.places.protocol import writing
from duronb.store.store import Store

MOST_KEPT = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Cleaning:
    """The result of a cleaning, or of a dry run.

    Parameters
    ----------
    keep
        Number of newest runs of each label that are always kept.
    runs
        The removed runs, newest first, with their sizes in bytes.
    protected
        Older runs that are kept nevertheless, by id, with the reason.
    damaged
        Directories that are not readable runs. A cleaning never changes them.
    dry_run
        Nothing was removed.
    permanently
        The runs were deleted, not moved to the trash.
    trash
        Directory in the trash that contains the runs; ``None`` if they are not in the trash.
    """

    keep: int
    runs: Sequence[tuple[RunRecord, int]]
    protected: Mapping[str, str] = field(default_factory=dict)
    damaged: Sequence[Damaged] = ()
    dry_run: bool = False
    permanently: bool = False
    trash: str | None = None

    @property
    def bytes(self) -> int:
        """Size of the removed runs."""
        return sum(size for _, size in self.runs)

    def to_json(self) -> dict[str, Any]:
        """Return the fields as plain JSON values."""
        return {
            "keep": self.keep,
            "dry_run": self.dry_run,
            "permanently": self.permanently,
            "bytes": self.bytes,
            "runs": [{"id": run.id, "label": run.label, "bytes": size} for run, size in self.runs],
            "protected": [{"id": run_id, "reason": reason} for run_id, reason in self.protected.items()],
            "damaged": [{"name": damaged.name, "reason": damaged.reason} for damaged in self.damaged],
            "trash": self.trash,
        }


def to_go(runs: Sequence[RunRecord], tags: Mapping[str, str], keep: int) -> tuple[list[RunRecord], dict[str, str]]:
    """Divide runs into those to remove and those that are protected.

    Parameters
    ----------
    runs
        Newest first.
    tags
        Ids by tag.
    keep
        Number of newest runs of each label to keep.

    Returns
    -------
    The runs to remove, and by id the reason why each other older run is kept.
    """
    names = {run_id: name for name, run_id in tags.items()}
    series = {run.series.id: names[run.id] for run in runs if run.id in names and run.series.id}
    seen: dict[str, int] = {}
    removed: list[RunRecord] = []
    protected: dict[str, str] = {}
    for run in runs:
        seen[run.label] = seen.get(run.label, 0) + 1
        if seen[run.label] <= keep:
            continue
        if not is_id(run.id):
            protected[run.id] = "its directory name is not an id"
        elif run.id in names:
            protected[run.id] = f"tagged {names[run.id]}"
        elif run.series.id in series:
            protected[run.id] = f"of the series of {series[run.series.id]}"
        else:
            removed.append(run)
    return removed, protected


def clean(
    store: Store, keep: int, label: str | None = None, *, dry_run: bool = False, permanently: bool = False
) -> Cleaning:
    """Move old runs to the trash, or delete them in a store without a trash.

    Parameters
    ----------
    store
        The store to clean.
    keep
        Number of newest runs of each label to keep; 0 keeps protected runs only.
    label
        Clean only runs with this label.
    dry_run
        Only report what would be removed.
    permanently
        Delete the runs. Required in an object store, which has no trash, and refused in a directory.

    Raises
    ------
    RequestError
        ``keep`` or the label is invalid, or ``permanently`` does not fit the store.
    StoreError
        There are no runs with that label.
    HostError
        The store cannot be written.
    """
    if isinstance(keep, bool) or not isinstance(keep, int) or not 0 <= keep <= MOST_KEPT:
        raise RequestError(f"keep cannot be {quoted(keep)}.", f"Give a whole number from 0 to {MOST_KEPT}.")
    place = store.place
    if isinstance(place, Disk) and permanently:
        raise RequestError(
            "Runs in a directory are moved to the trash first.", "Clean without --permanently, then use --empty-trash."
        )
    # A series may contain several labels, so runs of all labels are read.
    runs = store.runs()
    damaged = store.damaged
    removed, protected = to_go(runs, store.tags(), keep)
    if label is not None:
        validate_label(label)
        if all(run.label != label for run in runs):
            raise store.unknown(label, place.names())
        of_label = {run.id for run in runs if run.label == label}
        removed = [run for run in removed if run.id in of_label]
        protected = {run_id: reason for run_id, reason in protected.items() if run_id in of_label}
    cleaning = Cleaning(
        keep=keep,
        runs=[(run, place.size(run.id)) for run in removed],
        protected=protected,
        damaged=damaged,
        dry_run=dry_run,
        permanently=permanently,
    )
    if dry_run or not removed:
        return cleaning
    with writing(store.root, "not all runs were removed"):
        if isinstance(place, Disk):
            target = move_to_trash(place.path, (run.id for run in removed), datetime.now(UTC))
            return replace(cleaning, trash=str(target))
        if not permanently or not isinstance(place, Objects):
            raise RequestError(f"{store.root} has no trash.", "Delete the runs with --permanently.")
        for run in removed:
            place.remove(run.id)
    return cleaning


def undo(store: Store) -> tuple[Cleared, list[str], list[str]]:
    """Restore the runs of the last cleaning.

    Returns
    -------
    The cleaning, the ids of the restored runs, and the ids that remain in the trash because they are taken.

    Raises
    ------
    StoreError
        There is nothing to undo.
    HostError
        The store cannot be written.
    """
    path = _directory(store)
    found = [cleared for cleared in in_trash(path) if cleared.runs]
    if not found:
        raise StoreError(f"The trash of {store.root} is empty.")
    with writing(store.root, "not all runs were restored"):
        back, taken = restore(path, found[0])
    return found[0], back, taken


def empty_trash(store: Store, older_than_days: float = 0, *, dry_run: bool = False) -> list[Cleared]:
    """Delete the runs in the trash permanently.

    Parameters
    ----------
    store
        The store with the trash.
    older_than_days
        Delete only cleanings that are older than this; 0 deletes all.
    dry_run
        Only report what would be removed.

    Returns
    -------
    The deleted cleanings, newest first.

    Raises
    ------
    RequestError
        The store has no trash, or the days are not between 0 and 1,000,000.
    HostError
        The store cannot be written.
    """
    if not 0 <= older_than_days <= 1e6:
        raise RequestError(f"older_than cannot be {quoted(older_than_days)}.", "Give a number of days.")
    path = _directory(store)
    found = in_trash(path)
    removed = older_than(found, older_than_days, datetime.now(UTC)) if older_than_days else found
    if not dry_run:
        with writing(store.root, "the trash was not deleted completely"):
            delete(path, removed)
    return removed


def _directory(store: Store) -> Path:
    if not isinstance(store.place, Disk):
        raise RequestError(f"{store.root} has no trash.", "Only stores in a directory have one.")
    return store.place.path
