"""Counts of the lock warnings of a log or of one stage, and the back-off that they state."""

from __future__ import annotations

from dataclasses import dataclass

from duronb.ingest.stress_test.patterns import backoff_ms, is_backoff_stated, lock_kind


@dataclass(slots=True)
class LockCounts:
    """Lock warnings by operation, and the sum of their back-off in milliseconds, with the part that none states."""

    fetch: int = 0
    ack: int = 0
    other: int = 0
    backoff_ms: int = 0
    imputed_ms: int = 0

    @property
    def total(self) -> int:
        """Number of all lock warnings."""
        return self.fetch + self.ack + self.other

    def add(self, message: str) -> None:
        """Count a line that reports a locked database."""
        kind = lock_kind(message)
        if kind == "fetch":
            self.fetch += 1
        elif kind == "ack":
            self.ack += 1
        else:
            self.other += 1
        slept = backoff_ms(message)
        self.backoff_ms += slept
        if not is_backoff_stated(message):
            self.imputed_ms += slept

    def figures(self, *, measured: bool) -> dict[str, int | float | None]:
        """Return the fields of ``StageResult``.

        Parameters
        ----------
        measured
            Whether the log would contain a warning if there had been one. If not, a missing warning means nothing, and
            all values are ``None``, unless there are warnings after all.
        """
        if not measured and not self.total:
            return dict.fromkeys(
                (
                    "lock_warnings",
                    "lock_warnings_fetch",
                    "lock_warnings_ack",
                    "backoff_seconds",
                    "backoff_imputed_seconds",
                )
            )
        return {
            "lock_warnings": self.total,
            "lock_warnings_fetch": self.fetch,
            "lock_warnings_ack": self.ack,
            "backoff_seconds": self.backoff_ms / 1000,
            "backoff_imputed_seconds": self.imputed_ms / 1000,
        }
