"""The events of one step: its start, its end, and a pulse in between, for a compiler may be silent for minutes."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from duronb.events import Emit, Event, Step


@contextmanager
def step(emit: Emit, name: Step) -> Iterator[None]:
    """Emit the start and the end of a step, and every second in between how long it has lasted."""
    started = time.monotonic()
    over = threading.Event()

    def beat() -> None:
        while not over.wait(1.0):
            emit(Event(kind="tick", step=name, elapsed_seconds=time.monotonic() - started))

    emit(Event(kind="start", step=name))
    heart = threading.Thread(target=beat, daemon=True)
    if name != "record":  # whose ticks are the engine's
        heart.start()
    try:
        yield
    finally:
        over.set()
        if heart.ident is not None:
            heart.join()
    emit(Event(kind="done", step=name, elapsed_seconds=time.monotonic() - started))
