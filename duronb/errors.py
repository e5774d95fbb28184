"""Errors of duronb. Each says what happened, then the one thing to do."""

from __future__ import annotations


class DuronbError(Exception):
    """Base of every error that duronb raises on purpose.

    Parameters
    ----------
    message
        One sentence on what happened.
    remedy
        The one thing to do about it; empty when there is nothing to do.

    Notes
    -----
    A notebook shows the error as one line (``_render_traceback_`` is IPython's hook). Code that catches it gets an
    ordinary exception with its traceback.
    """

    def __init__(self, message: str, remedy: str = "") -> None:
        self.message = message.strip()
        self.remedy = remedy.strip()
        super().__init__(self.message, self.remedy)

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]


class RequestError(DuronbError):
    """The request itself is wrong: a value, a name, a combination of options."""


class HostError(DuronbError):
    """The machine lacks something: an engine, perf, Rust, a permission, disk space."""


class BuildError(DuronbError):
    """The subject does not compile; ``output`` contains the compiler's last lines.

    Parameters
    ----------
    output
        What cargo printed, at most its last few thousand characters.
    """

    def __init__(self, message: str, remedy: str = "", output: str = "") -> None:
        super().__init__(message, remedy)
        self.output = output

    def _render_traceback_(self) -> list[str]:
        return [*super()._render_traceback_(), *self.output.splitlines()]


class WorkloadError(DuronbError):
    """The workload did not run as requested: it crashed, printed no results, or ran for another length of time."""


class StoreError(DuronbError):
    """A stored run is missing, ambiguous, damaged or of a newer version."""
