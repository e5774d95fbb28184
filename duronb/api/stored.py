"""List and load runs."""

from __future__ import annotations

from pathlib import Path

from duronb.api.stores import store_for
from duronb.results.run import Run
from duronb.results.runs import Runs


def runs(label: str | None = None, *, store: str | Path | None = None) -> Runs:
    """List the stored runs, newest first.

    Parameters
    ----------
    label
        Only those with this label.
    store
        A directory or any fsspec URL; by default ``DURONB_STORE``, else ``profiling/results/`` of the checkout in the
        working directory, else of the working directory.
    """
    return Runs(Run.of(record) for record in store_for(store).runs(label))


def load(selector: str, *, store: str | Path | None = None) -> Run:
    """Load one run: the newest with that label, or by id, prefix of an id, or path.

    Raises
    ------
    StoreError
        There is none, or a prefix fits more than one.
    """
    return Run.of(store_for(store).load(str(selector)))
