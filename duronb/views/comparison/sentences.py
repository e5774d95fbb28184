"""A comparison in sentences: one for the whole, one for each stage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from duronb.analysis.comparison.compare import ComparisonResult
from duronb.analysis.comparison.counts import Failures
from duronb.analysis.comparison.stage import StageComparison
from duronb.model.run import RunRecord
from duronb.views.comparison.numbers import p_equals, percent_change, percent_of, typical, value_text
from duronb.views.kit.numbers import counted
from duronb.views.run.header import subject_text

_MOST_NAMED = 3


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


def labels_of(runs: Sequence[RunRecord]) -> list[str]:
    """Return the labels of runs, each once."""
    return list(dict.fromkeys(run.label for run in runs))


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
    figures = f"{value_text(typical(stage.before))} → {value_text(typical(stage.after))}{unit}"
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
        f"{stage.stage}: {figures}, {percent_change(effect.ratio)} %"
        f" (95 % CI {percent_change(low)} to {percent_change(high)}), {words}; {tested}, {p_equals(decision.p)}."
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
    return f"{stage.stage} {percent_change(stage.effect.ratio)} %"


def _join_distinct(texts: Iterable[str]) -> str:
    return _join_words(list(dict.fromkeys(texts)))


def _join_words(texts: Sequence[str]) -> str:
    if len(texts) > _MOST_NAMED:
        return f"{', '.join(texts[:_MOST_NAMED])} and {len(texts) - _MOST_NAMED} more"
    return " and ".join([", ".join(texts[:-1]), texts[-1]]) if len(texts) > 1 else "".join(texts)
