"""The files beside the record of a run: its samples, its log and its lock file, read when they are needed."""

from __future__ import annotations

from functools import cached_property

from duronb.model.event_view import view
from duronb.model.profile import Profile


class RunFiles:
    """The files of a run. This class is for a run without files; a subclass reads the files of a stored run."""

    @property
    def has_profile(self) -> bool:
        """Whether the run has samples; imported results have none."""
        return False

    def read_profile(self) -> Profile:
        """Read the samples of all events.

        Raises
        ------
        LookupError
            The run has no samples.
        StoreError
            The samples cannot be read, or are damaged.
        """
        raise LookupError("no samples")

    def read_log(self) -> bytes:
        """Return what the workload printed, unchanged; empty without a log."""
        return b""

    def read_cargo_lock(self) -> bytes:
        """Return the ``Cargo.lock`` of the build; empty without a lock file."""
        return b""

    def read_view(self) -> Profile:
        """Read the samples of the event with the most samples, whose counts are what views show."""
        return view(self.read_profile())

    @cached_property
    def profile(self) -> Profile:
        """The samples of ``read_view``, read once and kept."""
        return self.read_view()

    @property
    def kept_profile(self) -> Profile | None:
        """What ``profile`` has read already, otherwise ``None``."""
        kept: Profile | None = vars(self).get("profile")
        return kept

    @cached_property
    def cargo_lock(self) -> bytes:
        """The ``Cargo.lock`` of the build, read once and kept."""
        return self.read_cargo_lock()
