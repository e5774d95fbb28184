"""The choice of the store that a function uses."""

from __future__ import annotations

from pathlib import Path

from duronb.store import Store, open_store
from duronb.subject.checkout import find_checkout


def store_for(store: str | Path | None, repo: str | Path | None = None) -> Store:
    """Open the store at ``store``, or the default store of the checkout at ``repo`` or in the working directory."""
    checkout = find_checkout(Path(repo or ".").expanduser())
    return open_store(None if store is None else str(store), None if checkout is None else checkout.root)
