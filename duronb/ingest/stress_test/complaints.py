"""Problems reported in a log: failed stages, a panic, and lines that were not understood."""

from __future__ import annotations

from duronb.ingest.stress_test.patterns import PANIC, TEST_FAILED

KEPT_LINES = 5
_LONGEST_EXAMPLE = 200
_LONGEST_PANIC = 2**14
_MOST_FAILURES = 1000


class Complaints:
    """Collects the problems of a log, in bounded memory."""

    def __init__(self) -> None:
        self.failures: list[str] = []
        self.panic: str | None = None
        self.not_understood = 0
        self.examples: list[str] = []
        self._panic_next = False
        self._plain: str | None = None

    @property
    def last_words(self) -> str | None:
        """The panic, else the last failure, else the last unknown line without a tracing prefix."""
        return self.panic or (self.failures[-1] if self.failures else self._plain)

    def stage_ended(self, message: str) -> None:
        """Record the line that ends a stage, if the stage failed."""
        if TEST_FAILED.match(message) and len(self.failures) < _MOST_FAILURES:
            self.failures.append(message)

    def begin_panic(self, message: str) -> bool:
        """Record the first line of a panic, whose message may be in the next line; return whether it is one."""
        if PANIC.match(message) is None:
            return False
        self.panic, self._panic_next = message, message.endswith(":")
        return True

    def continue_panic(self, message: str) -> bool:
        """Record the message of a panic, if the line before was its first line; return whether it was."""
        if not self._panic_next:
            return False
        self._panic_next = False
        self.panic = f"{self.panic} {message}"[:_LONGEST_PANIC]
        return True

    def add_unknown(self, message: str, *, prefixed: bool) -> None:
        """Record a line that was not understood; ``prefixed`` if it has a tracing prefix."""
        self.not_understood += 1
        if len(self.examples) < KEPT_LINES:
            self.examples.append(message[:_LONGEST_EXAMPLE])
        if not prefixed:
            self._plain = message[:_LONGEST_EXAMPLE]
