"""The files beside the record of a run: its samples, its log and its lock file, read when they are needed."""

from __future__ import annotations

from functools import cached_property

from duronb.model.profile import Profile


class RunFiles:
    """The files of a run. This class is for a run without files; a subclass reads the files of a stored run."""

    @property
    def has_profile(self) -> bool:
        """Whether the run has samples; imported results have none."""
        return False

    def read_profile(self) -> Profile:
        """Read the samples.

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

    @cached_property
    def profile(self) -> Profile:
        """The samples, read once and kept."""
        return self.read_profile()

    @property
    def kept_profile(self) -> Profile | None:
        """The samples if ``profile`` has read them already, otherwise ``None``."""
        kept: Profile | None = vars(self).get("profile")
        return kept

    @cached_property
    def cargo_lock(self) -> bytes:
        """The ``Cargo.lock`` of the build, read once and kept."""
        return self.read_cargo_lock()
