"""Run directories on any fsspec root."""

from duronb.store.store import Store, open_store

__all__ = ["Store", "open_store"]
