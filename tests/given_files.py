"""Files of a run that are in memory."""

from __future__ import annotations

from duronb.model.profile import Profile
from duronb.model.run_files import RunFiles


class GivenFiles(RunFiles):
    """Files that are in memory.

    Parameters
    ----------
    profile
        The samples; ``None`` for a run without.
    log
        What the workload printed.
    cargo_lock
        The lock file of the build.
    """

    def __init__(self, profile: Profile | None = None, *, log: bytes = b"", cargo_lock: bytes = b"") -> None:
        self._given = profile
        self._log = log
        self._lock = cargo_lock

    @property
    def has_profile(self) -> bool:
        """Whether samples were given."""
        return self._given is not None

    def read_profile(self) -> Profile:
        """Return the samples that were given; see ``RunFiles.read_profile``."""
        return super().read_profile() if self._given is None else self._given

    def read_log(self) -> bytes:
        """Return the log that was given."""
        return self._log

    def read_cargo_lock(self) -> bytes:
        """Return the lock file that was given."""
        return self._lock
