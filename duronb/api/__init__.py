"""The functions behind the public names, the magics and the commands. Each is imported when it is first used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duronb.api.bisection import bisect
    from duronb.api.comparison import compare, report
    from duronb.api.importing import import_results, import_run
    from duronb.api.interleaved import ab
    from duronb.api.profiling import profile
    from duronb.api.retention import clean, clean_docker, empty_trash, tag, tags, undo_clean, untag
    from duronb.api.stored import load, runs
    from duronb.api.timeline import history

_HOME = {
    "ab": "interleaved",
    "bisect": "bisection",
    "clean": "retention",
    "clean_docker": "retention",
    "compare": "comparison",
    "empty_trash": "retention",
    "history": "timeline",
    "import_results": "importing",
    "import_run": "importing",
    "load": "stored",
    "profile": "profiling",
    "report": "comparison",
    "runs": "stored",
    "tag": "retention",
    "tags": "retention",
    "undo_clean": "retention",
    "untag": "retention",
}

__all__ = [
    "ab",
    "bisect",
    "clean",
    "clean_docker",
    "compare",
    "empty_trash",
    "history",
    "import_results",
    "import_run",
    "load",
    "profile",
    "report",
    "runs",
    "tag",
    "tags",
    "undo_clean",
    "untag",
]


def __getattr__(name: str) -> Any:
    """Import a public function from its module when it is first used."""
    if name not in _HOME:
        raise AttributeError(f"module 'duronb.api' has no attribute {name!r}")
    value = getattr(import_module(f"duronb.api.{_HOME[name]}"), name)
    globals()[name] = value
    return value
