"""duronb profiles Duroxide, a durable-execution framework in Rust, from a notebook, from Python and from the shell.

Each public name is imported when it is first used, so that ``import duronb`` stays fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duronb._version import __version__
    from duronb.analysis.bottlenecks.diagnosis import Bottleneck
    from duronb.api import (
        ab,
        bisect,
        clean,
        clean_docker,
        compare,
        empty_trash,
        history,
        import_results,
        import_run,
        load,
        profile,
        report,
        runs,
        tag,
        tags,
        undo_clean,
        untag,
    )
    from duronb.errors import BuildError, DuronbError, HostError, RequestError, StoreError, WorkloadError
    from duronb.events import Event
    from duronb.notebook.extension import load_ipython_extension, unload_ipython_extension
    from duronb.results.comparison import Comparison
    from duronb.results.history import History
    from duronb.results.run import Run
    from duronb.results.runs import Runs
    from duronb.views.flamegraph.state import ViewState

_HOME = {
    "BuildError": "duronb.errors",
    "DuronbError": "duronb.errors",
    "HostError": "duronb.errors",
    "RequestError": "duronb.errors",
    "StoreError": "duronb.errors",
    "WorkloadError": "duronb.errors",
    "Bottleneck": "duronb.analysis.bottlenecks.diagnosis",
    "Comparison": "duronb.results.comparison",
    "Event": "duronb.events",
    "History": "duronb.results.history",
    "Run": "duronb.results.run",
    "Runs": "duronb.results.runs",
    "ViewState": "duronb.views.flamegraph.state",
    "ab": "duronb.api",
    "bisect": "duronb.api",
    "clean": "duronb.api",
    "clean_docker": "duronb.api",
    "compare": "duronb.api",
    "empty_trash": "duronb.api",
    "history": "duronb.api",
    "import_results": "duronb.api",
    "import_run": "duronb.api",
    "load": "duronb.api",
    "profile": "duronb.api",
    "report": "duronb.api",
    "runs": "duronb.api",
    "tag": "duronb.api",
    "tags": "duronb.api",
    "undo_clean": "duronb.api",
    "untag": "duronb.api",
    "load_ipython_extension": "duronb.notebook.extension",
    "unload_ipython_extension": "duronb.notebook.extension",
    "__version__": "duronb._version",
}

__all__ = [
    "Bottleneck",
    "BuildError",
    "Comparison",
    "DuronbError",
    "Event",
    "History",
    "HostError",
    "RequestError",
    "Run",
    "Runs",
    "StoreError",
    "ViewState",
    "WorkloadError",
    "__version__",
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
    "load_ipython_extension",
    "profile",
    "report",
    "runs",
    "tag",
    "tags",
    "undo_clean",
    "unload_ipython_extension",
    "untag",
]


def __getattr__(name: str) -> Any:
    """Import a public name from its module when it is first used."""
    if name not in _HOME:
        raise AttributeError(f"module 'duronb' has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(__all__))


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "@duronb/labextension"}]
