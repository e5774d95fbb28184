"""A recording in progress: a directory in the cache, which another process can finish after a kill."""

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
    """Nothing was recorded, so there is nothing to finish."""


class Recording:
    """A directory with the files of a capture that is not stored yet.

    Its owner holds a lock on it. A process that can acquire the lock knows that the owner is gone, and may finish the
    recording. ``recording.json`` contains what is needed for that.

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
        """File with what the workload printed, unchanged, without progress lines."""
        return self.path / "stress.log"

    def samples(self, file_name: str) -> Path:
        """Return the path of the sampler's file, for an engine on this machine."""
        return self.path / file_name

    @classmethod
    def create(cls, recording_id: str) -> Recording:
        """Create the directory and lock it."""
        recording = cls(cache_directory() / "recordings" / recording_id)
        recording.path.mkdir(parents=True)
        if not recording.try_lock():
            raise RuntimeError(f"a new recording is locked: {recording.path}")
        return recording

    @classmethod
    def abandoned(cls) -> Iterator[Recording]:
        """Yield the recordings whose owner is gone. Each is locked; the caller must release or remove it."""
        root = cache_directory() / "recordings"
        for path in sorted(root.iterdir()) if root.is_dir() else ():
            recording = cls(path)
            if path.is_dir() and recording.try_lock():
                yield recording

    def try_lock(self) -> bool:
        """Acquire the lock; ``False`` if another process has it or has removed the recording meanwhile."""
        try:
            self._lock = try_lock(self.path / "lock")
        except FileNotFoundError:
            return False
        return self._lock is not None

    def write(self, facts: Mapping[str, object]) -> None:
        """Replace ``recording.json`` atomically."""
        partial = self.path / "recording.json.partial"
        partial.write_text(json.dumps(facts, indent=1), encoding="utf-8")
        partial.replace(self.path / "recording.json")

    def read(self) -> dict[str, object]:
        """Return what ``write`` stored; empty if the owner was killed before that."""
        try:
            facts = json.loads((self.path / "recording.json").read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return {}
        return facts if isinstance(facts, dict) else {}

    def remove(self) -> None:
        """Delete the directory and release the lock."""
        shutil.rmtree(self.path, ignore_errors=True)
        self.release()

    def release(self) -> None:
        """Release the lock, so that another process may finish the recording."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None
