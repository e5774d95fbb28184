"""A recording in progress: a directory in the cache that outlives a killed kernel."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from duronb.cache import cache_directory
from duronb.engine.lock import try_lock
from duronb.errors import HostError

if TYPE_CHECKING:
    from filelock import BaseFileLock


class NothingRecordedError(HostError):
    """A recording ended before it had begun: there is nothing to finish."""


class Recording:
    """A directory with what one capture has produced so far.

    Its owner holds a lock on it, so whoever can take the lock knows that the owner is gone and may finish the work.
    ``recording.json`` says everything that finishing needs.

    Parameters
    ----------
    path
        The directory.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.id = path.name
        self._lock: BaseFileLock | None = None

    @property
    def log(self) -> Path:
        """What the workload printed, untouched."""
        return self.path / "stress.log"

    def samples(self, file_name: str) -> Path:
        """Return the sampler's file, for an engine that keeps it on this machine."""
        return self.path / file_name

    @classmethod
    def create(cls, recording_id: str) -> Recording:
        """Make the directory and lock it."""
        recording = cls(cache_directory() / "recordings" / recording_id)
        recording.path.mkdir(parents=True)
        if not recording.try_lock():
            raise RuntimeError(f"a new recording is locked: {recording.path}")
        return recording

    @classmethod
    def abandoned(cls) -> Iterator[Recording]:
        """Yield the recordings whose owner is gone, each locked by the caller from then on."""
        root = cache_directory() / "recordings"
        for path in sorted(root.iterdir()) if root.is_dir() else ():
            recording = cls(path)
            if path.is_dir() and recording.try_lock():
                yield recording

    def try_lock(self) -> bool:
        """Take the lock; ``False`` where another has it, or has removed the recording meanwhile."""
        try:
            self._lock = try_lock(self.path / "lock")
        except FileNotFoundError:
            return False
        return self._lock is not None

    def write(self, facts: Mapping[str, object]) -> None:
        """Replace ``recording.json``, whole or not at all."""
        partial = self.path / "recording.json.partial"
        partial.write_text(json.dumps(facts, indent=1), encoding="utf-8")
        partial.replace(self.path / "recording.json")

    def read(self) -> dict[str, object]:
        """Return what ``write`` stored; empty where the owner died before that."""
        try:
            facts = json.loads((self.path / "recording.json").read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return {}
        return facts if isinstance(facts, dict) else {}

    def remove(self) -> None:
        """Delete the directory and let the lock go."""
        shutil.rmtree(self.path, ignore_errors=True)
        self.release()

    def release(self) -> None:
        """Let the lock go: whoever comes next may finish the work."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None
