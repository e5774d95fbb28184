"""List and load runs."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from duronb.api.stores import store_for
from duronb.errors import StoreError
from duronb.options.remedy import command
from duronb.results.run import Run
from duronb.results.runs import Runs
from duronb.views.run.tables import no_label_text


def runs(label: str | None = None, *, store: str | Path | None = None) -> Runs:
    """List the stored runs, newest first.

    Parameters
    ----------
    label
        List only runs with this label.
    store
        Directory or fsspec URL that contains the runs. If ``None``, the store is the value of the environment variable
        ``DURONB_STORE``; if that is not set, ``profiling/results`` in the checkout that contains the working directory;
        outside a checkout, ``profiling/results`` in the working directory.

    Returns
    -------
    Runs
        A list of runs that a notebook displays as a table. It is empty if there are no runs.

    Raises
    ------
    StoreError
        The store cannot be opened or read.

    Examples
    --------
    >>> import duronb
    >>> baseline = duronb.runs("baseline")
    >>> {run.label for run in baseline}
    {'baseline'}
    """
    place = store_for(store)
    found = Runs(Run.of(record) for record in place.runs(label))
    if not found and label is not None and place.runs():
        found.nothing = no_label_text(label)
    return found


def load(
    selector: str | None = None,
    *,
    event: str | None = None,
    weight: Literal["samples", "period"] | None = None,
    store: str | Path | None = None,
) -> Run:
    """Load one run.

    Parameters
    ----------
    selector
        A label (its newest run is loaded), a tag, an id, the beginning of an id, or the path of a run. ``None`` for the
        newest run.
    event
        Show this event of the recording, such as ``page-faults``; ``None`` for the one with the most samples.
    weight
        ``samples`` counts samples, ``period`` weights them by the number of events that each stands for; ``None``
        weights counted events whose periods differ.
    store
        Directory or URL that contains the runs; see ``runs``.

    Returns
    -------
    Run
        The run. A notebook displays it as a flame graph.

    Raises
    ------
    StoreError
        There is no such run, no run at all, the beginning fits several ids, or the run is damaged.
    RequestError
        The run has no such event, or no periods.

    Examples
    --------
    >>> import duronb
    >>> run = duronb.load("baseline")
    >>> duronb.load(run.id).id == run.id
    True
    """
    place = store_for(store)
    if selector is not None:
        return Run.of(place.load(str(selector))).with_event(event, weight)
    found = place.runs()
    if not found:
        raise StoreError("No runs are stored here yet.", f"Record one: {command('profile')}")
    return Run.of(found[0]).with_event(event, weight)
