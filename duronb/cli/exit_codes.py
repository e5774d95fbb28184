"""The exit statuses of the ``duronb`` command."""

from __future__ import annotations

from typing import Final, Literal

from duronb.errors import DuronbError, HostError, RequestError, StoreError

OK: Final = 0
FAILED: Final = 1
"""The build or the workload failed, or ``check`` found a regression."""
USAGE: Final = 2
"""Wrong usage, or the environment lacks something. ``check`` judged nothing."""
UNDECIDED: Final = 3
"""``check`` or ``bisect`` could not decide."""
INTERRUPTED: Final = 130
"""The user interrupted the command. What was captured is kept."""
BROKEN_PIPE: Final = 141
"""The reader of standard output closed the pipe."""

OF_RUN: dict[Literal["complete", "interrupted", "failed"], int] = {
    "complete": OK,
    "interrupted": INTERRUPTED,
    "failed": FAILED,
}
"""Exit status for the status of a run."""
OF_GATE: dict[Literal["passed", "failed", "undecided"], int] = {
    "passed": OK,
    "failed": FAILED,
    "undecided": UNDECIDED,
}
"""Exit status for the outcome of a gate."""


def of_error(error: DuronbError) -> int:
    """Return the exit status for an error."""
    return USAGE if isinstance(error, RequestError | HostError | StoreError) else FAILED
