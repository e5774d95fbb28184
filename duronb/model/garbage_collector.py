"""Reading many records at once."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause the garbage collector, which would look at all that was read, again and again, and find nothing to free.

    Afterwards what was read counts as old, so that the collector does not begin with it.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            if not gc.get_freeze_count():
                # Both only move objects from list to list: of all generations to a frozen one, and from there to the
                # oldest.
                gc.freeze()
                gc.unfreeze()
            gc.enable()
