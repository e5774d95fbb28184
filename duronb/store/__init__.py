"""Run directories on any fsspec root."""

from duronb.store.opening import open_store
from duronb.store.store import Store

__all__ = ["Store", "open_store"]
