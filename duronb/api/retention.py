"""Name single runs for good, and clean away old ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from duronb.api.stores import store_for
from duronb.model.run import RunRecord
from duronb.results.retention import Outcome, cleaned, docker_cleaned, emptied, tagged, undone
from duronb.store import Store
from duronb.store.keeping import retention


def tag(run: str | RunRecord, name: str, *, force: bool = False, store: str | Path | None = None) -> str:
    """Give a run a permanent name: ``duronb.load(name)`` finds it, and no cleaning takes it.

    Parameters
    ----------
    run
        A run, or what ``load`` takes.
    name
        1 to 64 letters, digits, ``.``, ``_`` or ``-``; neither a label of the store nor an id.
    force
        Take the name from the run that has it.
    store
        Where the run is; see ``runs``.

    Returns
    -------
    The id of the run.

    Raises
    ------
    RequestError
        The name cannot be taken.
    StoreError
        There is no such run.
    HostError
        The store cannot be written.
    """
    place = store_for(store)
    found = place.load(run) if isinstance(run, str) else run
    _home(found, place).tag(found.id, name, force=force)
    return found.id


def untag(name: str, *, store: str | Path | None = None) -> None:
    """Take a permanent name away; the run stays.

    Raises
    ------
    StoreError
        There is no such tag.
    HostError
        The store cannot be written.
    """
    store_for(store).untag(name)


def tags(*, store: str | Path | None = None) -> Outcome:
    """Return all tags with their runs; ``to_json()`` has them as plain values."""
    place = store_for(store)
    return tagged(place.tags(), place.place.names())


def clean(
    keep: int,
    label: str | None = None,
    *,
    dry_run: bool = False,
    permanently: bool = False,
    store: str | Path | None = None,
) -> Outcome:
    """Move all but the newest runs of each label to the store's trash.

    Tagged runs stay, and all runs of an A/B of which one is tagged. The trash never empties itself.

    Parameters
    ----------
    keep
        Runs of each label that stay.
    label
        Only this label.
    dry_run
        Only say what would go.
    permanently
        Delete: for a store of objects, which has no trash.
    store
        Which runs; see ``runs``.

    Raises
    ------
    RequestError
        ``keep`` is no count, or the store has no trash.
    StoreError
        There are no runs with that label.
    HostError
        The store cannot be written.
    """
    return cleaned(retention.clean(store_for(store), keep, label, dry_run=dry_run, permanently=permanently))


def undo_clean(*, store: str | Path | None = None) -> Outcome:
    """Move the runs of the last cleaning back from the trash.

    Raises
    ------
    StoreError
        The trash is empty.
    HostError
        The store cannot be written.
    """
    return undone(*retention.undo(store_for(store)))


def empty_trash(older_than_days: float = 0, *, dry_run: bool = False, store: str | Path | None = None) -> Outcome:
    """Delete what is in the trash, for good.

    Parameters
    ----------
    older_than_days
        Only what was cleaned away longer ago.
    dry_run
        Only say what would go.
    store
        Whose trash; see ``runs``.

    Raises
    ------
    RequestError
        The store has no trash.
    HostError
        The store cannot be written.
    """
    return emptied(retention.empty_trash(store_for(store), older_than_days, dry_run=dry_run), dry_run=dry_run)


def clean_docker(*, dry_run: bool = False) -> Outcome:
    """Remove duronb's images, volumes and containers from the Docker engine; runs are not touched.

    The next run makes them again, which takes minutes. What a running duronb or another container uses stays, and so
    does what is left of a recording that can still be kept.

    Parameters
    ----------
    dry_run
        Only say what would go.

    Raises
    ------
    HostError
        No engine answers.
    """
    from duronb.engine.docker.clean import clean_docker as clean

    return docker_cleaned(clean(dry_run=dry_run), dry_run=dry_run)


def cleaning(function: str) -> Callable[..., Outcome]:
    """Return the function that a form of ``clean`` calls, by its name in the table of options."""
    functions: dict[str, Callable[..., Outcome]] = {
        "retention.clean": clean,
        "retention.undo_clean": undo_clean,
        "retention.empty_trash": empty_trash,
        "retention.clean_docker": clean_docker,
    }
    return functions[function]


def _home(run: RunRecord, store: Store) -> Store:
    """Return the store that a run lies in: one that was loaded by its path may be of another."""
    from duronb.store import open_store

    where = (run.location or "").rpartition("/")[0]
    return store if not where or where == store.root.rstrip("/") else open_store(where)
