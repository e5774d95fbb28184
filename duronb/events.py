"""Progress of a capture, as events: the capture emits them, a front end draws them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Step = Literal["prepare", "build", "record", "collect", "store"]
STEPS: tuple[Step, ...] = ("prepare", "build", "record", "collect", "store")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened during a capture.

    Parameters
    ----------
    kind
        ``plan`` (once, before anything: ``text`` says what will run and how long it should take), ``start`` and
        ``done`` of a step, ``output`` (a line of the image build or of cargo), ``tick`` (time passed), ``notice``
        (something the user should know, stored in the run), ``block`` (a run of an A/B ended, or it
        was looked at: ``text`` says how).
    elapsed_seconds, expected_seconds
        Wall time of the step so far, and its expected total; ``None`` for an unknown time.
    stage, stage_number, stages
        Name of the stage that runs now, its number, counted from 1, and the number of stages.
    completed, throughput
        Orchestrations completed in this stage and per second, live; only the bundled workload reports them.
    draining
        Whether the stage runs longer than its load, so that it waits for orchestrations that are still in flight.
    lock_warnings
        "database is locked" warnings so far.
    side, block, blocks
        In an A/B: the side of the run, ``before`` or ``after``; its block, counted from 1 (0 is the warm-up); and the
        number of blocks, ``None`` for an A/B that goes on until it is decided.
    """

    kind: Literal["plan", "start", "output", "tick", "notice", "done", "block"]
    step: Step = "prepare"
    text: str = ""
    elapsed_seconds: float | None = None
    expected_seconds: float | None = None
    stage: str | None = None
    stage_number: int | None = None
    stages: int | None = None
    completed: int | None = None
    throughput: float | None = None
    draining: bool = False
    lock_warnings: int | None = None
    side: str | None = None
    block: int | None = None
    blocks: int | None = None


Emit = Callable[[Event], None]


def silent(event: Event) -> None:
    """Ignore the event. For callers that need no progress."""
