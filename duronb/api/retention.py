"""Tag runs, and clean old runs away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from duronb.api.stores import store_for
from duronb.model.run import RunRecord
from duronb.results.retention import Outcome, cleaned, docker_cleaned, emptied, tagged, undone
from duronb.store import Store
from duronb.store.keeping import retention


def tag(run: str | RunRecord, name: str, *, force: bool = False, store: str | Path | None = None) -> str:
    """Give a run a permanent name. ``duronb.load(name)`` finds the run, and ``clean`` never removes it.

    Parameters
    ----------
    run
        A run, or a selector as in ``load``.
    name
        The tag: 1 to 64 letters, digits, ``.``, ``_`` or ``-``, but not a label of the store and not a run's id.
    force
        Move the tag to this run if another run has it.
    store
        Directory or URL that contains the run; see ``runs``.

    Returns
    -------
    str
        The id of the run.

    Raises
    ------
    RequestError
        The name is invalid or already in use.
    StoreError
        There is no such run.
    HostError
        The store cannot be written.

    Examples
    --------
    >>> import duronb
    >>> run_id = duronb.tag("baseline", "before-the-index")
    >>> duronb.load("before-the-index").id == run_id
    True
    """
    chosen = store_for(store)
    found = chosen.load(run) if isinstance(run, str) else run
    _store_of(found, chosen).tag(found.id, name, force=force)
    return found.id


def untag(name: str, *, store: str | Path | None = None) -> None:
    """Delete a tag. Its run stays.

    Parameters
    ----------
    name
        The tag.
    store
        Directory or URL that contains the tagged run; see ``runs``.

    Raises
    ------
    StoreError
        There is no such tag.
    HostError
        The store cannot be written.

    Examples
    --------
    >>> import duronb
    >>> run_id = duronb.tag("baseline", "for-now")
    >>> duronb.untag("for-now")
    """
    store_for(store).untag(name)


def tags(*, store: str | Path | None = None) -> Outcome:
    """List all tags with their runs.

    Parameters
    ----------
    store
        Directory or URL that contains the runs; see ``runs``.

    Returns
    -------
    Outcome
        Text for a reader. ``to_json()`` returns the tags as plain JSON values.

    Raises
    ------
    StoreError
        The store cannot be opened or read.

    Examples
    --------
    >>> import duronb
    >>> run_id = duronb.tag("baseline", "listed")
    >>> [tag["tag"] for tag in duronb.tags().to_json()["tags"]]
    ['listed']
    """
    chosen = store_for(store)
    return tagged(chosen.tags(), chosen.place.names())


def clean(
    keep: int,
    label: str | None = None,
    *,
    dry_run: bool = False,
    permanently: bool = False,
    store: str | Path | None = None,
) -> Outcome:
    """Move all but the newest runs of each label to the trash of the store.

    Tagged runs stay. If one run of an A/B is tagged, all runs of that A/B stay. The trash is emptied only by
    ``empty_trash``.

    Parameters
    ----------
    keep
        Number of runs of each label that stay, 0 or more.
    label
        Clean only runs with this label.
    dry_run
        Report what would be removed, and remove nothing.
    permanently
        Delete the runs at once. Only an object store, which has no trash, allows this.
    store
        Directory or URL that contains the runs; see ``runs``.

    Returns
    -------
    Outcome
        What was removed and what stayed, as text. ``to_json()`` returns the same as plain JSON values.

    Raises
    ------
    RequestError
        ``keep`` is not a valid number; the store has no trash and ``permanently`` is missing; or the store has a trash
        and ``permanently`` is given.
    StoreError
        There are no runs with that label.
    HostError
        The store cannot be written.

    Examples
    --------
    Report what would be removed if the 2 newest runs of the label stayed:

    >>> import duronb
    >>> outcome = duronb.clean(2, "baseline", dry_run=True)
    >>> outcome.to_json()["dry_run"]
    True
    """
    return cleaned(retention.clean(store_for(store), keep, label, dry_run=dry_run, permanently=permanently))


def undo_clean(*, store: str | Path | None = None) -> Outcome:
    """Move the runs of the latest cleaning back from the trash.

    Parameters
    ----------
    store
        Directory or URL of the store that was cleaned; see ``runs``.

    Returns
    -------
    Outcome
        Which runs are back, as text. ``to_json()`` returns the same as plain JSON values.

    Raises
    ------
    StoreError
        The trash is empty.
    HostError
        The store cannot be written.

    Examples
    --------
    >>> import duronb
    >>> outcome = duronb.clean(1, "baseline")
    >>> outcome = duronb.undo_clean()
    """
    return undone(*retention.undo(store_for(store)))


def empty_trash(older_than_days: float = 0, *, dry_run: bool = False, store: str | Path | None = None) -> Outcome:
    """Delete the runs in the trash permanently.

    Parameters
    ----------
    older_than_days
        Delete only runs that were moved to the trash more than this many days ago.
    dry_run
        Report what would be deleted, and delete nothing.
    store
        Directory or URL of the store; see ``runs``.

    Returns
    -------
    Outcome
        What was deleted, as text. ``to_json()`` returns the same as plain JSON values.

    Raises
    ------
    RequestError
        ``older_than_days`` is not a valid number, or the store has no trash.
    HostError
        The store cannot be written.

    Examples
    --------
    >>> import duronb
    >>> outcome = duronb.empty_trash(older_than_days=30)
    """
    return emptied(retention.empty_trash(store_for(store), older_than_days, dry_run=dry_run), dry_run=dry_run)


def clean_docker(*, dry_run: bool = False) -> Outcome:
    """Remove the images, volumes and containers of duronb from the Docker engine. Stored runs are not touched.

    The next run creates them again, which takes minutes. Whatever a running duronb or another container uses stays. The
    container of a recording that can still be collected stays, too.

    Parameters
    ----------
    dry_run
        Report what would be removed, and remove nothing.

    Returns
    -------
    Outcome
        What was removed and what stayed, as text. ``to_json()`` returns the same as plain JSON values.

    Raises
    ------
    HostError
        No Docker engine answers.

    Examples
    --------
    >>> import duronb
    >>> outcome = duronb.clean_docker(dry_run=True)  # doctest: +SKIP
    """
    from duronb.engine.docker.clean import clean_docker as clean

    return docker_cleaned(clean(dry_run=dry_run), dry_run=dry_run)


def cleaning(function: str) -> Callable[..., Outcome]:
    """Return the function behind one form of the command ``clean``, such as ``retention.undo_clean``."""
    functions: dict[str, Callable[..., Outcome]] = {
        "retention.clean": clean,
        "retention.undo_clean": undo_clean,
        "retention.empty_trash": empty_trash,
        "retention.clean_docker": clean_docker,
    }
    return functions[function]


def _store_of(run: RunRecord, store: Store) -> Store:
    """Return the store that contains a run. A run that was loaded by its path may belong to another store."""
    from duronb.store import open_store

    where = (run.location or "").rpartition("/")[0]
    return store if not where or where == store.root.rstrip("/") else open_store(where)
