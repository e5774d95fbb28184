"""How the values of a metric were counted: from what the log states, or with a part that is imputed."""

from __future__ import annotations

import re

from duronb.model.run import RunRecord
from duronb.model.stage import StageResult

IMPUTED = "imputed, at most"
"""The way of counting of lock back-off with an imputed part."""
STATED = "as the log states it"
_VERSION = re.compile(r"(\d{1,9})\.(\d{1,9})\.(\d{1,9})")
_STATES_FETCHES = (0, 1, 12)
"""First version of Duroxide whose warnings state the back-off of a failed fetch."""


def counting_of(metric: str, run: RunRecord, stage: StageResult) -> str:
    """Return how the value of a metric was counted; empty for metrics that are always counted in one way.

    Parameters
    ----------
    metric
        Name of the metric.
    run, stage
        The run and its stage.
    """
    if metric != "backoff_seconds":
        return ""
    return IMPUTED if has_imputed_backoff(run, stage) else STATED


def has_imputed_backoff(run: RunRecord, stage: StageResult) -> bool:
    """Return whether a part of a stage's lock back-off is imputed.

    Runs that do not store the imputed part are of a version that imputed 0.1 s for each failed fetch whose warning
    states no back-off. These warnings come from Duroxide before 0.1.12. The log decides where the version is unknown.
    """
    if stage.backoff_imputed_seconds is not None:
        return stage.backoff_imputed_seconds > 0
    if not stage.lock_warnings_fetch or not stage.backoff_seconds:
        return False
    version = _VERSION.match(run.subject.version or "")
    if version is not None:
        return tuple(int(part) for part in version.groups()) < _STATES_FETCHES
    return b"Error fetching " in (log := run.log) and b"(retryable" not in log
