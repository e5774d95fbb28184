"""The Python functions behind the public names, the magics and the commands."""

from __future__ import annotations

from duronb.api.profiling import import_run, load, profile, runs

__all__ = ["import_run", "load", "profile", "runs"]
