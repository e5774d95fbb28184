"""A history as plain JSON values, and as rows for a data frame."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from math import isfinite
from typing import Any

from duronb.analysis.history.host_history import HostHistory
from duronb.analysis.history.trend import Trend
from duronb.views.history.sentences import caption, change_sentence, sentences, verdict_of

Tags = Mapping[str, Sequence[str]]
"""Tags of each run, by run id."""


def history_json(trend: Trend, tags: Tags) -> dict[str, Any]:
    """Return runs, subjects and level changes of every host history as one JSON object."""
    metric = trend.metric
    return {
        "stage": trend.stage,
        "metric": {"name": metric.name, "title": metric.title, "unit": metric.unit, "better": metric.better},
        "by": trend.by,
        "caption": caption(trend),
        "series": [_host_json(series, trend, tags) for series in trend.series],
        "left_out": trend.left_out,
        "sentences": sentences(trend),
    }


def history_records(trend: Trend, tags: Tags) -> Iterator[dict[str, Any]]:
    """Yield one row per run, in the order of the history."""
    for series in trend.series:
        level = 0
        begins = {change.index for change in series.changes}
        for at, run in enumerate(series.runs):
            level += at in begins
            yield {
                "run": run.id,
                "label": run.label,
                "created": run.created,
                "stage": trend.stage,
                "metric": trend.metric.name,
                "value": float(series.values[at]),
                "subject": series.subjects[at].label,
                "git_sha": series.subjects[at].git_sha,
                "version": series.subjects[at].version,
                "host": str(series.host),
                "level": level,
                "tags": ", ".join(tags.get(run.id, ())),
            }


def _host_json(series: HostHistory, trend: Trend, tags: Tags) -> dict[str, Any]:
    return {
        "host": str(series.host),
        "points": [
            {
                "run": run.id,
                "label": run.label,
                "created": _iso(run.created),
                "value": float(series.values[at]),
                "subject": series.subjects[at].label,
                "tags": list(tags.get(run.id, ())),
            }
            for at, run in enumerate(series.runs)
        ],
        "subjects": [
            {
                **asdict(repeat.subject),
                "runs": [series.runs[at].id for at in repeat.points],
                "mean": _finite(repeat.mean),
                "low": _finite(repeat.low),
                "high": _finite(repeat.high),
                "interval": repeat.interval or None,
            }
            for repeat in series.repeats
        ],
        "changes": [
            {
                "before_run": series.runs[change.index - 1].id,
                "after_run": series.runs[change.index].id,
                "before_subject": series.subjects[change.index - 1].label,
                "after_subject": series.subjects[change.index].label,
                "before": change.before,
                "after": change.after,
                "effect": _finite(change.effect),
                "low": _finite(change.low),
                "high": _finite(change.high),
                "relative": change.relative,
                "p": _finite(change.p),
                "suspected": change.suspected,
                "verdict": verdict_of(change, series, trend.metric),
                "changed_too": series.switched_at(change),
                "places": [
                    {
                        "before_run": series.runs[place.index - 1].id,
                        "after_run": series.runs[place.index].id,
                        "before_subject": series.subjects[place.index - 1].label,
                        "after_subject": series.subjects[place.index].label,
                        "probability": place.probability,
                    }
                    for place in change.places
                ],
                "sentence": change_sentence(change, series, trend.metric),
            }
            for change in series.changes
        ],
        "newest": None if series.newest is None else asdict(series.newest) | {"usual": series.newest.usual},
        "unusable": series.unusable,
        "imputed": series.imputed,
        "switches": [
            {"run": series.runs[switch.index].id, "differences": list(switch.differences)} for switch in series.switches
        ],
    }


def _finite(value: float | None) -> float | None:
    """Return a number that JSON can represent, ``None`` for one that is not finite."""
    return value if value is not None and isfinite(value) else None


def _iso(when: datetime) -> str:
    return when.astimezone(UTC).isoformat().replace("+00:00", "Z")
