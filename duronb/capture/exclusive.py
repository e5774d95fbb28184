"""Taking turns on a host: one recording at a time, and one build at a time in a cache directory."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

from duronb.capture.turn import Turn
from duronb.events import Emit, Event, silent

_RECORDING = Turn("host", "recording")
_BUILDING = Turn("build", "building for")
_SHORT_BUILD_SECONDS = 2.0
"""Time in which nothing is compiled: the workload was found as it had been built before."""


@contextlib.contextmanager
def sole_recording(label: str, emit: Emit = silent) -> Iterator[None]:
    """Let no other process of this cache directory record meanwhile. Wait until those that asked earlier are done.

    Parameters
    ----------
    label
        What is recorded, for the messages of those that wait.
    emit
        Called with a sentence on what is waited for, whenever that changes.

    Raises
    ------
    HostError
        The cache directory cannot be written, or this thread is recording already.
    """
    with _RECORDING.taken(label, lambda text: emit(Event(kind="output", step="record", text=text))):
        yield


@contextlib.contextmanager
def sole_build(label: str, emit: Emit = silent, *, has_turn: bool = False) -> Iterator[None]:
    """Let no other process of this cache directory build meanwhile. See ``sole_recording``.

    A build does not wait for a recording. It uses the processors that the recording measures, so both say so. With
    ``has_turn``, the caller has the turn of recordings itself, so that nothing is recorded.
    """
    with _BUILDING.taken(label, lambda text: emit(Event(kind="output", step="build", text=text))):
        other = None if has_turn else _RECORDING.current()
        if other is not None:
            text = f"This build disturbs another run: {other}. That run will have a notice."
            emit(Event(kind="output", step="build", text=text))
        yield


class Disturbance:
    """Watches for builds by other processes during a recording. Create it at the start of the recording."""

    def __init__(self) -> None:
        self._started = time.time()

    @property
    def notices(self) -> tuple[str, ...]:
        """A notice for the run if something was built since the start; otherwise empty."""
        if _BUILDING.held_seconds(self._started) < _SHORT_BUILD_SECONDS:
            return ()
        return ("Another duronb was building on this machine during the recording, which takes CPU time from it.",)
