"""Figures that were counted from the samples of many runs, kept beside them: the samples stay the truth.

One file per sort of figures: a key that says how was counted, and for each run the time and size of its ``run.json``
and the figures. They hold under the same key and as long as the run is the same. The file may be deleted at any time,
and a store that cannot be written works without.
"""

from __future__ import annotations

import contextlib
import json
import time
from typing import Any

from duronb.store.index import SETTLED_SECONDS
from duronb.store.places.protocol import Root

FOLDER = ".figures"
WORTH = 100
"""Runs, those of the file among them, from which it is written: few are counted as fast as read."""


class KeptFigures:
    """Figures of the runs of a store, by id.

    Parameters
    ----------
    place
        Where the runs lie.
    name
        Of the file.
    key
        How was counted; figures that were counted otherwise are forgotten.
    """

    def __init__(self, place: Root, name: str, key: str) -> None:
        self._place = place
        self._name = name
        self._key = key
        self._runs = self._read()
        self._is_newer = False

    def get(self, run_id: str) -> Any:
        """Return the figures of a run as they were put, through JSON; ``None`` where there are none."""
        match self._runs.get(run_id):
            case [int(changed), int(size), figures] if self._place.stamp(run_id) == (changed, size):
                return figures
        return None

    def put(self, run_id: str, figures: Any) -> None:
        """Take in the figures of a run, as JSON values; of a run that may change unseen they are not kept."""
        stamp = self._place.stamp(run_id)
        if stamp is not None and stamp[0] < time.time_ns() - SETTLED_SECONDS * 10**9:
            self._runs[run_id] = [*stamp, figures]
            self._is_newer = True

    def write(self) -> None:
        """Write the file, where runs were counted, many are known, and there can be one."""
        if not self._is_newer or len(self._runs) < WORTH:
            return
        with contextlib.suppress(OSError):
            names = set(self._place.names())
            runs = {name: kept for name, kept in self._runs.items() if name in names}
            text = json.dumps({"key": self._key, "runs": runs}, separators=(",", ":"))
            self._place.put(FOLDER, self._name, text.encode("ascii"), replace=True)
            self._is_newer = False

    def _read(self) -> dict[str, Any]:
        try:
            match json.loads(self._place.read(FOLDER, self._name)):
                case {"key": self._key, "runs": dict(runs)}:
                    return runs
        except (OSError, ValueError, RecursionError):
            pass
        return {}
