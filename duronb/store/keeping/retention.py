"""Which runs may go: all but the newest of each label, the tagged, and those whose series has a tagged member."""

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
    """What a cleaning did, or would do.

    Parameters
    ----------
    keep
        Runs of each label that stay in any case.
    runs
        What goes, newest first, with bytes.
    protected
        What would go but stays, with the reason.
    damaged
        Directories that are no readable runs; a cleaning never touches them.
    dry_run
        Nothing was done.
    permanently
        Deleted, and not moved to the trash.
    trash
        Where the runs are now; ``None`` where they are not in a trash.
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
        """Size of what goes."""
        return sum(size for _, size in self.runs)

    def to_json(self) -> dict[str, Any]:
        """Fields as plain JSON values."""
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
    """Divide runs.

    Parameters
    ----------
    runs
        Newest first.
    tags
        Ids by tag.
    keep
        Runs of each label that stay.

    Returns
    -------
    What may go, and why each older run that stays does.
    """
    names = {run_id: name for name, run_id in tags.items()}
    series = {run.series.id: names[run.id] for run in runs if run.id in names and run.series.id}
    seen: dict[str, int] = {}
    going: list[RunRecord] = []
    protected: dict[str, str] = {}
    for run in runs:
        seen[run.label] = seen.get(run.label, 0) + 1
        if seen[run.label] <= keep:
            continue
        if not is_id(run.id):
            protected[run.id] = "its directory was named by hand"
        elif run.id in names:
            protected[run.id] = f"tagged {names[run.id]}"
        elif run.series.id in series:
            protected[run.id] = f"of the series of {series[run.series.id]}"
        else:
            going.append(run)
    return going, protected


def clean(
    store: Store, keep: int, label: str | None = None, *, dry_run: bool = False, permanently: bool = False
) -> Cleaning:
    """Move old runs to the trash, or delete them where a store has none.

    Parameters
    ----------
    store
        Where they are.
    keep
        Runs of each label that stay; 0 keeps only what is protected.
    label
        Only this label.
    dry_run
        Only say what would go.
    permanently
        Delete, in a store of objects, which has no trash.

    Raises
    ------
    RequestError
        ``keep`` is no count, the label is none, or there is no trash.
    StoreError
        There are no runs with that label.
    HostError
        The store cannot be written.
    """
    if isinstance(keep, bool) or not isinstance(keep, int) or not 0 <= keep <= MOST_KEPT:
        raise RequestError(f"keep cannot be {quoted(keep)}.", f"Give a whole number from 0 to {MOST_KEPT}.")
    place = store.place
    if isinstance(place, Disk) and permanently:
        raise RequestError("Runs on a disk go to the trash first.", "Drop --permanently, and use --empty-trash.")
    # A series may span labels, so all runs are looked at.
    runs = store.runs()
    damaged = store.damaged
    going, protected = to_go(runs, store.tags(), keep)
    if label is not None:
        validate_label(label)
        if all(run.label != label for run in runs):
            raise store.unknown(label, place.names())
        of_label = {run.id for run in runs if run.label == label}
        going = [run for run in going if run.id in of_label]
        protected = {run_id: reason for run_id, reason in protected.items() if run_id in of_label}
    cleaning = Cleaning(
        keep=keep,
        runs=[(run, place.size(run.id)) for run in going],
        protected=protected,
        damaged=damaged,
        dry_run=dry_run,
        permanently=permanently,
    )
    if dry_run or not going:
        return cleaning
    with writing(store.root, "not all runs were removed"):
        if isinstance(place, Disk):
            target = move_to_trash(place.path, (run.id for run in going), datetime.now(UTC))
            return replace(cleaning, trash=str(target))
        if not permanently or not isinstance(place, Objects):
            raise RequestError(f"{store.root} has no trash.", "Delete the runs for good with --permanently.")
        for run in going:
            place.remove(run.id)
    return cleaning


def undo(store: Store) -> tuple[Cleared, list[str], list[str]]:
    """Move the runs of the last cleaning back.

    Returns
    -------
    The cleaning, ids that are back, ids that stay in the trash because another run took their place.

    Raises
    ------
    StoreError
        There is nothing to undo.
    HostError
        The store cannot be written.
    """
    path = _disk(store)
    found = [cleared for cleared in in_trash(path) if cleared.runs]
    if not found:
        raise StoreError(f"The trash of {store.root} is empty.")
    with writing(store.root, "not all runs are back"):
        back, taken = restore(path, found[0])
    return found[0], back, taken


def empty_trash(store: Store, older_than_days: float = 0, *, dry_run: bool = False) -> list[Cleared]:
    """Delete what is in the trash, for good.

    Parameters
    ----------
    store
        Whose trash.
    older_than_days
        Only cleanings that are older.
    dry_run
        Only say what would go.

    Returns
    -------
    What went, newest first.

    Raises
    ------
    RequestError
        The store has no trash, or the days are no number.
    HostError
        The store cannot be written.
    """
    if not 0 <= older_than_days <= 1e6:
        raise RequestError(f"older_than cannot be {quoted(older_than_days)}.", "Give a number of days.")
    path = _disk(store)
    found = in_trash(path)
    going = older_than(found, older_than_days, datetime.now(UTC)) if older_than_days else found
    if not dry_run:
        with writing(store.root, "not all of the trash is deleted"):
            delete(path, going)
    return going


def _disk(store: Store) -> Path:
    if not isinstance(store.place, Disk):
        raise RequestError(f"{store.root} has no trash.", "Only stores in a directory have one.")
    return store.place.path
