"""A cache of values that were counted from the samples of runs.

There is one file per kind of value. It contains a key, which identifies the way of counting, and for each run the
values with the modification time and size of its ``run.json``. Values are valid while key, time and size are
unchanged. The file may be deleted at any time, and a store that cannot be written works without it.
"""

from __future__ import annotations

import contextlib
import json
import time
from typing import Any

from duronb.store.index import SETTLED_SECONDS
from duronb.store.places.protocol import Root

FOLDER = ".figures"
MINIMUM_RUNS = 100
"""Number of runs with values from which on the file is written. Fewer runs are counted as fast as they are read."""


class KeptFigures:
    """Cached values of the runs of a store, by id.

    Parameters
    ----------
    place
        Where the store keeps its runs.
    name
        Name of the file.
    key
        Identifies the way of counting. A file with another key is ignored.
    """

    def __init__(self, place: Root, name: str, key: str) -> None:
        self._place = place
        self._name = name
        self._key = key
        self._runs = self._read()
        self._has_new_values = False

    def get(self, run_id: str) -> Any:
        """Return the values of a run, as ``put`` got them but converted to JSON and back; ``None`` if it has none."""
        match self._runs.get(run_id):
            case [int(changed), int(size), figures] if self._place.stamp(run_id) == (changed, size):
                return figures
        return None

    def put(self, run_id: str, figures: Any) -> None:
        """Remember the values of a run, which are JSON values, unless its record is too new to detect later changes."""
        stamp = self._place.stamp(run_id)
        if stamp is not None and stamp[0] < time.time_ns() - SETTLED_SECONDS * 10**9:
            self._runs[run_id] = [*stamp, figures]
            self._has_new_values = True

    def write(self) -> None:
        """Write the file if there are new values and enough runs. A store that cannot be written is left as it is."""
        if not self._has_new_values or len(self._runs) < MINIMUM_RUNS:
            return
        with contextlib.suppress(OSError):
            names = set(self._place.names())
            runs = {name: kept for name, kept in self._runs.items() if name in names}
            text = json.dumps({"key": self._key, "runs": runs}, separators=(",", ":"))
            self._place.put(FOLDER, self._name, text.encode("ascii"), replace=True)
            self._has_new_values = False

    def _read(self) -> dict[str, Any]:
        try:
            match json.loads(self._place.read(FOLDER, self._name)):
                case {"key": self._key, "runs": dict(runs)}:
                    return runs
        except (OSError, ValueError, RecursionError):
            pass
        return {}
