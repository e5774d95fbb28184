"""A comparison as plain JSON values, and as rows for a data frame."""

from __future__ import annotations

from math import isfinite
from typing import Any

from duronb.analysis.comparison.compare import ComparisonResult
from duronb.analysis.comparison.stage import StageComparison
from duronb.views.comparison.next_step import next_step
from duronb.views.comparison.numbers import typical
from duronb.views.comparison.sentences import sentences, side_names, summary


def comparison_json(result: ComparisonResult) -> dict[str, Any]:
    """Return the comparison as one JSON object. A number that is unknown or not finite is ``None``."""
    names = side_names(result)
    return {
        "verdict": result.verdict,
        "sentence": summary(result, names),
        "sentences": sentences(result),
        **{
            side: {"name": name, "runs": [run.id for run in runs], "labels": sorted({run.label for run in runs})}
            for side, name, runs in zip(("before", "after"), names, (result.before, result.after), strict=True)
        },
        "paired": result.paired,
        "forced": result.forced,
        "level": result.level,
        "look": result.look,
        "margin": result.margin,
        "block_seconds": _finite(result.block_seconds),
        "timing": {
            "limits": result.timing.limits,
            "sentence": result.timing.sentence,
            "separation": result.timing.order.separation,
            "sessions_before": result.timing.sessions[0],
            "sessions_after": result.timing.sessions[1],
        },
        "mismatches": [
            {"condition": each.condition, "before": each.before, "after": each.after} for each in result.mismatches
        ],
        "next_step": next_step(result) or None,
        "notices": list(result.notices),
        "stages": [stage_json(stage) for stage in result.stages],
        "costs": [stage_json(stage) for stage in result.costs],
        "no_costs": result.no_costs or None,
    }


def stage_json(stage: StageComparison) -> dict[str, Any]:
    """Return one stage as plain JSON values."""
    effect, decision, failures, metric = stage.effect, stage.decision, stage.failures, stage.metric
    low, high = effect.interval() if effect is not None else (None, None)
    return {
        "stage": stage.stage,
        "metric": None if metric is None else metric.name,
        "unit": None if metric is None else metric.unit,
        "better": None if metric is None else metric.better,
        "before": _finite(typical(stage.before)),
        "after": _finite(typical(stage.after)),
        "runs_before": list(stage.before),
        "runs_after": list(stage.after),
        "ratio": None if effect is None else _finite(effect.ratio),
        "untested_ratio": _finite(stage.untested_ratio),
        "ratio_low": _finite(low),
        "ratio_high": _finite(high),
        "method": None if effect is None else effect.method,
        "df": None if effect is None else _finite(effect.df),
        "p": _finite(decision.p),
        "equivalence_p": _finite(decision.equivalence_p),
        "exact_p": _finite(stage.exact_p),
        "exact_test": stage.exact_test or None,
        "verdict": decision.verdict,
        "reason": decision.reason,
        "confounded": stage.confounded,
        "more": None
        if decision.more is None
        else {"low": decision.more.low, "high": decision.more.high, "odds": _finite(decision.more.odds)},
        "detectable": _finite(decision.detectable),
        "failures": None
        if failures is None
        else {
            "before": failures.failed[0],
            "after": failures.failed[1],
            "launched_before": failures.launched[0],
            "launched_after": failures.launched[1],
            "configuration": failures.configuration,
            "difference": failures.difference.after - failures.difference.before,
            "low": failures.difference.low,
            "high": failures.difference.high,
            "p": failures.p,
            "test": failures.test,
            "worse": failures.worse,
            "still_possible": failures.possible,
        },
        "notices": list(stage.notices),
    }


def comparison_records(result: ComparisonResult) -> list[dict[str, Any]]:
    """Return one flat row per stage, without lists."""
    left_out = {"runs_before", "runs_after", "failures", "notices"}
    rows = []
    for stage in result.stages:
        fields = stage_json(stage)
        failures = fields["failures"] or {}
        row = {name: value for name, value in fields.items() if name not in left_out}
        row |= {"n_before": len(stage.before), "n_after": len(stage.after)}
        row |= {f"failed_{name}": failures.get(name) for name in ("before", "after", "p", "worse")}
        rows.append(row)
    return rows


def _finite(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None
