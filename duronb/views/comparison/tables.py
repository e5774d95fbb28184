"""Tables of a comparison: one row per stage, and the failed orchestrations."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite

from duronb.analysis.comparison.compare import ComparisonResult
from duronb.quoting import counted
from duronb.views.comparison.numbers import p_text, percent_change, points, typical, untested_change, value_text
from duronb.views.kit.numbers import NONE
from duronb.views.kit.table import Table

NOTES = {
    "before": "geometric mean of the runs",
    "after": "geometric mean of the runs",
    "change %": "change from before to after, computed from the logarithms of single runs",
    "95% CI %": "confidence interval of the change, by the test that the sentence about the stage names",
    "p": "p-value of no change, corrected for the number of stages tested (Holm)",
    "exact p": "p-value of a second test that assumes no distribution: signed-rank on blocks, rank-sum on runs",
    "detectable %": "the smallest change that this number of runs finds with probability 0.8",
}


_CHANGE = 3
"""Index of the column with the change."""


def headline_tables(result: ComparisonResult, *, tilde: bool = False) -> list[Table]:
    """Return the table of the rate and that of the CPU time per orchestration; only the tables that have rows."""
    families = [family for family in (result.stages, result.costs) if family]
    return [comparison_table(replace(result, stages=family), tilde=tilde) for family in families]


def comparison_table(result: ComparisonResult, *, tilde: bool = False) -> Table:
    """Return the table of one metric, one row per stage.

    Parameters
    ----------
    result
        The comparison.
    tilde
        Write ``~`` for a change that is not significant, as benchstat does.
    """
    metrics = {stage.metric for stage in result.stages if stage.metric is not None}
    common = next(iter(metrics)) if len(metrics) == 1 else None
    rows: list[list[str]] = []
    faint = set()
    for stage in result.stages:
        unit = f" {stage.metric.unit}" if common is None and stage.metric is not None else ""
        effect, decision = stage.effect, stage.decision
        cells = [NONE, NONE]
        if effect is not None:
            low, high = effect.interval()
            decided = decision.verdict in {"improved", "regressed", "differs"}
            cells = [
                percent_change(effect.ratio) if decided or not tilde else "~",
                f"{percent_change(low)} to {percent_change(high)}",
            ]
        elif (ratio := stage.untested_ratio) is not None:
            cells = [untested_change(ratio), NONE]
            faint.add((len(rows), _CHANGE))
        rows.append(
            [
                stage.stage,
                f"{value_text(typical(stage.before))}{unit}",
                f"{value_text(typical(stage.after))}{unit}",
                *cells,
                NONE if decision.p is None else p_text(decision.p),
                NONE if stage.exact_p is None else p_text(stage.exact_p),
                str(decision.verdict),
                f"{100 * decision.detectable:,.1f}" if isfinite(decision.detectable) else NONE,
            ]
        )
    what = "Values" if common is None else f"{common.title[:1].upper()}{common.title[1:]}"
    unit = f" in {common.unit}" if common is not None and common.unit else ""
    several = any(len(values) > 1 for stage in result.stages for values in (stage.before, stage.after))
    means = ", geometric means" if several else ""
    paired = any(stage.effect is not None and stage.effect.paired for stage in result.stages)
    how = ", paired on blocks" if paired else ""
    return Table(
        f"{what}{unit}{means}: {counted(len(result.before), 'run')} before, {len(result.after)} after{how}",
        ["stage", "before", "after", "change %", "95% CI %", "p", "exact p", "verdict", "detectable %"],
        rows,
        text_columns=frozenset({0, 7}),
        notes=NOTES,
        faint=frozenset(faint),
    )


def failures_table(result: ComparisonResult) -> Table | None:
    """Return the failed orchestrations of the stages with failures; ``None`` if no stage has any."""
    rows = []
    for stage in result.stages:
        failures = stage.failures
        if failures is None or not (any(failures.failed) or failures.configuration):
            continue
        difference = failures.difference
        low, high = (points(value) for value in (difference.low, difference.high))
        remark = f"{failures.configuration:,} because of configuration" if failures.configuration else ""
        if failures.possible is not None:
            remark = f"up to {100 * failures.possible:.2g}% is still possible"
        rows.append(
            [
                stage.stage,
                f"{failures.failed[0]:,} of {failures.launched[0]:,}",
                f"{failures.failed[1]:,} of {failures.launched[1]:,}",
                points(difference.after - difference.before),
                f"{low} to {high}",
                p_text(failures.p),
                failures.test,
                "worse" if failures.worse else "",
                remark,
            ]
        )
    if not rows:
        return None
    columns = ["stage", "failed before", "failed after", "points", "95% CI", "p", "test", "verdict", "remark"]
    notes = {
        "points": "difference in percentage points",
        "95% CI": "confidence interval of the difference, by Newcombe's method",
    }
    return Table("Failed orchestrations", columns, rows, text_columns=frozenset({0, 6, 7, 8}), notes=notes)
