"""A comparison in words and tables: one sentence for the whole, one for each stage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import exp, floor, isfinite, log, log10

from duronb.analysis.comparison.compare import ComparisonResult
from duronb.analysis.comparison.counts import Failures
from duronb.analysis.comparison.stage import StageComparison
from duronb.model.run import RunRecord
from duronb.views.kit.numbers import NONE, counted
from duronb.views.kit.table import Table
from duronb.views.run.header import subject_text

_MOST_NAMED = 3

NOTES = {
    "before": "geometric mean of the runs",
    "after": "geometric mean of the runs",
    "change %": "after against before, from the logarithms of single runs",
    "95% CI %": "confidence interval of the change: paired on blocks where runs were interleaved, else Welch",
    "p": "of no change, corrected for the stages that are tested together (Holm)",
    "exact p": "a second opinion that assumes no distribution: signed-rank on blocks, rank-sum on runs",
    "detectable %": "the smallest change that so many runs find four times out of five",
}


def side_names(result: ComparisonResult) -> tuple[str, str]:
    """Return what the sides are called: their labels, where these tell them apart, else their subjects."""
    for read in (lambda run: run.label, subject_text, lambda run: run.id):
        before, after = (_join_distinct(read(run) for run in side) for side in (result.before, result.after))
        if before != after and before and after:
            return before, after
    return "before", "after"


def comparison_title(result: ComparisonResult) -> str:
    """Return both names on one line."""
    return " → ".join(side_names(result))


def summary(result: ComparisonResult, names: tuple[str, str]) -> str:
    """Return one sentence on the whole."""
    before, after = names
    if result.verdict == "not comparable":
        differ = _join_words([mismatch.condition for mismatch in result.mismatches])
        return f"{before} and {after} are not comparable: {differ} differ{'s' if len(result.mismatches) == 1 else ''}."
    if not result.before or not result.after:
        sides = [name for name, side in zip(names, (result.before, result.after), strict=True) if not side]
        return f"Nothing can be compared: there is no run of {' and of '.join(sides)} that counts."
    if not result.stages:
        return f"Nothing can be compared: the runs of {before} and {after} have no stages."
    head = {
        "regressed": f"{after} regressed against {before}",
        "improved": f"{after} improved on {before}",
        "equivalent": f"{after} is equivalent to {before}, within {percent_of(result.margin)}",
        "inconclusive": f"It is not decided whether {after} differs from {before}",
    }[result.verdict]
    failing = [stage.stage for stage in result.stages if stage.failures is not None and stage.failures.worse]
    of = {
        verdict: [_stage_with_change(stage) for stage in result.stages if stage.decision.verdict == verdict]
        for verdict in ("regressed", "improved", "equivalent", "inconclusive")
    }
    own = of.pop(result.verdict)
    alone = len(own) == len(result.stages) > 1 and result.verdict in {"equivalent", "inconclusive"}
    clauses = [] if alone or not own else [_join_words(own)]
    clauses += [f"more failed in {_join_words(failing)}"] if failing else []
    clauses += [f"{verdict}: {_join_words(named)}" for verdict, named in of.items() if named]
    return f"{head}{': ' if clauses else ''}{'; '.join(clauses)}."


def stage_sentence(stage: StageComparison, result: ComparisonResult) -> str:
    """Return one sentence on a stage, with its figures and their interval, and a second one where it needs a reason."""
    unit = f" {stage.metric.unit}" if stage.metric is not None and stage.metric.unit else ""
    figures = f"{figure(typical(stage.before))} → {figure(typical(stage.after))}{unit}"
    decision, effect = stage.decision, stage.effect
    if effect is None or decision.p is None:
        return f"{stage.stage}: {figures}, {decision.verdict}. {decision.reason}".strip()
    low, high = effect.interval()
    verdict = decision.verdict
    words = {"equivalent": f"equivalent within {percent_of(result.margin)}"}.get(verdict, str(verdict))
    if verdict == "inconclusive":
        words += f": {_needed_runs(stage)}"
    tested = {
        "paired": f"paired on {counted(effect.before, 'block')}",
        "welch": f"{effect.before} and {effect.after} runs",
        "pooled": f"{effect.before} and {effect.after} runs, with the noise of other runs",
    }[effect.method]
    sentence = (
        f"{stage.stage}: {figures}, {change(effect.ratio)} % (95 % CI {change(low)} to {change(high)}), {words};"
        f" {tested}, {p_equals(decision.p)}."
    )
    return f"{sentence} {decision.reason}".strip()


def sentences(result: ComparisonResult) -> list[str]:
    """Return a sentence per stage, each with those on its failures, its outliers and its second test."""
    found = []
    for stage in result.stages:
        found.append(stage_sentence(stage, result))
        if stage.failures is not None and stage.failures.worse:
            found.append(f"{stage.stage}: {failures_sentence(stage.failures)}")
        found += [f"{stage.stage}: {notice}" for notice in stage.notices]
    return found


def failures_sentence(failures: Failures) -> str:
    """Return a sentence on the failures of a stage."""
    (before, after), (of_before, of_after) = failures.failed, failures.launched
    text = (
        f"{before:,} of {of_before:,} orchestrations failed before, {after:,} of {of_after:,} after"
        f" ({failures.test}, {p_equals(failures.p)})."
    )
    if failures.configuration:
        text += f" {failures.configuration:,} failed for their configuration, which nothing may."
    return text


def remarks(result: ComparisonResult) -> list[str]:
    """Return what limits belief: conditions that differ, and the notices."""
    if result.mismatches:
        how = "Compared all the same" if result.forced else "Not compared"
        what = [f"{how}: {mismatch}." for mismatch in result.mismatches]
        if not result.forced:
            what.append("Record both sides under equal conditions, or compare all the same with force.")
        return [*what, *result.notices]
    return list(result.notices)


def comparison_table(result: ComparisonResult, *, tilde: bool = False) -> Table:
    """Return a row per stage.

    Parameters
    ----------
    result
        The comparison.
    tilde
        Write ``~`` for a change that is none, as benchstat does.
    """
    metrics = {stage.metric for stage in result.stages if stage.metric is not None}
    common = next(iter(metrics)) if len(metrics) == 1 else None
    rows = []
    for stage in result.stages:
        unit = f" {stage.metric.unit}" if common is None and stage.metric is not None else ""
        effect, decision = stage.effect, stage.decision
        cells = [NONE, NONE]
        if effect is not None:
            low, high = effect.interval()
            decided = decision.verdict in {"improved", "regressed"}
            cells = [change(effect.ratio) if decided or not tilde else "~", f"{change(low)} to {change(high)}"]
        rows.append(
            [
                stage.stage,
                f"{figure(typical(stage.before))}{unit}",
                f"{figure(typical(stage.after))}{unit}",
                *cells,
                NONE if decision.p is None else p_text(decision.p),
                NONE if stage.exact_p is None else p_text(stage.exact_p),
                str(decision.verdict),
                f"{100 * decision.detectable:,.1f}" if isfinite(decision.detectable) else NONE,
            ]
        )
    what = "Figures" if common is None else f"{common.title[:1].upper()}{common.title[1:]}"
    unit = f" in {common.unit}" if common is not None and common.unit else ""
    how = ", paired on blocks" if result.paired else ""
    return Table(
        f"{what}{unit}: {counted(len(result.before), 'run')} before, {len(result.after)} after{how}",
        ["stage", "before", "after", "change %", "95% CI %", "p", "exact p", "verdict", "detectable %"],
        rows,
        text_columns=frozenset({0, 7}),
        notes=NOTES,
    )


def failures_table(result: ComparisonResult) -> Table | None:
    """Return failed orchestrations of the stages where some failed; ``None`` where none did."""
    rows = []
    for stage in result.stages:
        failures = stage.failures
        if failures is None or not (any(failures.failed) or failures.configuration):
            continue
        difference = failures.difference
        low, high = (_points(value) for value in (difference.low, difference.high))
        remark = f"{failures.configuration:,} for their configuration" if failures.configuration else ""
        if failures.possible is not None:
            remark = f"up to {100 * failures.possible:.2g}% is still possible"
        rows.append(
            [
                stage.stage,
                f"{failures.failed[0]:,} of {failures.launched[0]:,}",
                f"{failures.failed[1]:,} of {failures.launched[1]:,}",
                _points(difference.after - difference.before),
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
    notes = {"points": "difference in percentage points", "95% CI": "of the difference, by Newcombe's method"}
    return Table("Failed orchestrations", columns, rows, text_columns=frozenset({0, 6, 7, 8}), notes=notes)


def typical(values: Sequence[float]) -> float | None:
    """Return the geometric mean, or the plain one where a value is none of a ratio; ``None`` of nothing."""
    if not values:
        return None
    if min(values) > 0:
        return exp(sum(map(log, values)) / len(values))
    return sum(values) / len(values)


def figure(value: float | None) -> str:
    """Return a positive number with three telling digits."""
    if value is None or not isfinite(value):
        return NONE
    digits = 2 - floor(log10(abs(value))) if value else 0
    return f"{value:,.{min(6, max(0, digits))}f}"


def change(ratio: float) -> str:
    """Return a ratio as a change in percent, signed, without the percent sign."""
    return _signed(100 * (ratio - 1), 1)


def percent_of(margin: float) -> str:
    """Return a margin as ``±5 %``."""
    return f"±{100 * margin:g} %"


def p_text(p: float) -> str:
    """Return a p-value with two telling digits."""
    return "<0.0001" if p < 0.0001 else f"{p:.2g}"


def p_equals(p: float) -> str:
    """Return a p-value with its sign of relation."""
    return f"p {'< 0.0001' if p < 0.0001 else f'= {p:.2g}'}"


def _points(proportion: float) -> str:
    return _signed(100 * proportion, 2)


def _signed(value: float, digits: int) -> str:
    if not isfinite(value):
        return "∞" if value > 0 else NONE
    text = f"{value:+,.{digits}f}"
    return text[1:] if not float(text.replace(",", "")) else text.replace("-", "−")


def _needed_runs(stage: StageComparison) -> str:
    more, effect = stage.decision.more, stage.effect
    if more is None:
        return "no number of runs would decide at this noise, were the change what it seems"
    noun = "block" if effect is not None and effect.method == "paired" else "run"
    side = "" if noun == "block" else " on each side"
    return f"about {counted(more, f'more {noun}')}{side} would decide"


def _stage_with_change(stage: StageComparison) -> str:
    if stage.effect is None or stage.decision.verdict not in {"improved", "regressed"}:
        return stage.stage
    return f"{stage.stage} {change(stage.effect.ratio)} %"


def _join_distinct(texts: Iterable[str]) -> str:
    return _join_words(list(dict.fromkeys(texts)))


def _join_words(texts: Sequence[str]) -> str:
    if len(texts) > _MOST_NAMED:
        return f"{', '.join(texts[:_MOST_NAMED])} and {len(texts) - _MOST_NAMED} more"
    return " and ".join([", ".join(texts[:-1]), texts[-1]]) if len(texts) > 1 else "".join(texts)


def labels_of(runs: Sequence[RunRecord]) -> list[str]:
    """Return the labels of runs, each once."""
    return list(dict.fromkeys(run.label for run in runs))
