"""The garbage collector while many records are read."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause the garbage collector, which would traverse all new objects repeatedly without freeing any.

    Afterwards all objects are in the oldest generation, so that the next collections do not traverse them.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            if not gc.get_freeze_count():
                # Cheap way to move all objects to the oldest generation: freeze moves them to the permanent
                # generation, unfreeze from there to the oldest.
                gc.freeze()
                gc.unfreeze()
            gc.enable()
