"""The events of one step: its start, its end, and regular ticks, since a compiler may print nothing for minutes."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from duronb.events import Emit, Event, Step


@contextmanager
def step(emit: Emit, name: Step) -> Iterator[None]:
    """Emit the start and the end of a step, and every second a tick with the time so far."""
    started = time.monotonic()
    over = threading.Event()

    def emit_ticks() -> None:
        while not over.wait(1.0):
            emit(Event(kind="tick", step=name, elapsed_seconds=time.monotonic() - started))

    emit(Event(kind="start", step=name))
    ticker = threading.Thread(target=emit_ticks, daemon=True)
    if name != "record":  # the engine emits its ticks
        ticker.start()
    try:
        yield
    finally:
        over.set()
        if ticker.ident is not None:
            ticker.join()
    emit(Event(kind="done", step=name, elapsed_seconds=time.monotonic() - started))
