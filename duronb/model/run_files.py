"""What lies beside the record of a run: its samples, its log and its lock file, read when they are asked for."""

from __future__ import annotations

from functools import cached_property

from duronb.model.profile import Profile


class RunFiles:
    """The files of a run. This class stands for a run without files; a store derives its own."""

    @property
    def has_profile(self) -> bool:
        """Whether the run has samples; imported results have none."""
        return False

    def read_profile(self) -> Profile:
        """Read the samples.

        Raises
        ------
        LookupError
            The run has none.
        StoreError
            They cannot be read, or are damaged.
        """
        raise LookupError("no samples")

    def read_log(self) -> bytes:
        """Return what the workload printed, unchanged; empty where there is no log."""
        return b""

    def read_cargo_lock(self) -> bytes:
        """Return the ``Cargo.lock`` of the build; empty where there is none."""
        return b""

    @cached_property
    def profile(self) -> Profile:
        """The samples, read once and kept."""
        return self.read_profile()

    @property
    def kept_profile(self) -> Profile | None:
        """The samples where ``profile`` has read them already."""
        kept: Profile | None = vars(self).get("profile")
        return kept

    @cached_property
    def cargo_lock(self) -> bytes:
        """The ``Cargo.lock`` of the build, read once and kept."""
        return self.read_cargo_lock()
