"""The store of runs: a directory, or a URL that fsspec opens."""

from duronb.store.opening import open_store
from duronb.store.store import Store

__all__ = ["Store", "open_store"]
