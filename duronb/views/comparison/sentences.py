"""Sentences about a comparison: a summary, and details of each stage."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence

from duronb.analysis.comparison.compare import ComparisonResult
from duronb.analysis.comparison.counts import Failures
from duronb.analysis.comparison.effect import Effect
from duronb.analysis.comparison.stage import StageComparison
from duronb.model.run import RunRecord
from duronb.options.remedy import command
from duronb.quoting import counted
from duronb.views.comparison.advice import advice_text
from duronb.views.comparison.next_step import alternation, next_step, recordings, showing_more
from duronb.views.comparison.numbers import p_equals, percent_change, percent_of, typical, untested_change, value_text
from duronb.views.run.header import subject_text

_MOST_NAMED = 3


def side_names(result: ComparisonResult) -> tuple[str, str]:
    """Return the names of both sides: their labels if these differ, else their subjects, else their run ids."""
    for read in (lambda run: run.label, subject_text, lambda run: run.id):
        before, after = (_join_distinct(read(run) for run in side) for side in (result.before, result.after))
        if before != after and before and after:
            return before, after
    return "before", "after"


def comparison_title(result: ComparisonResult) -> str:
    """Return the names of both sides on one line."""
    return " → ".join(side_names(result))


def labels_of(runs: Sequence[RunRecord]) -> list[str]:
    """Return the distinct labels of runs in order of appearance."""
    return list(dict.fromkeys(run.label for run in runs))


def summary(result: ComparisonResult, names: tuple[str, str]) -> str:
    """Return one sentence about all stages.

    Parameters
    ----------
    result
        The comparison.
    names
        Names of both sides, see ``side_names``.
    """
    before, after = names
    if result.verdict == "not comparable":
        differ = _join_words([mismatch.condition for mismatch in result.mismatches])
        return f"{before} and {after} are not comparable: {differ} differ{'s' if len(result.mismatches) == 1 else ''}."
    if not result.before or not result.after:
        sides = [name for name, side in zip(names, (result.before, result.after), strict=True) if not side]
        return f"Nothing can be compared: there are no usable runs of {' or '.join(sides)}."
    if not result.stages:
        return f"Nothing can be compared: the runs of {before} and {after} have no stages."
    head = {
        "regressed": f"{after} regressed against {before}",
        "differs": f"{after} differs from {before}, but not necessarily because of the code",
        "improved": f"{after} improved on {before}",
        "equivalent": f"{after} is equivalent to {before}, within {percent_of(result.margin)}",
        "inconclusive": f"It is undecided whether {after} differs from {before}",
    }[result.verdict]
    failing = [stage.stage for stage in result.stages if stage.failures is not None and stage.failures.worse]
    of = {
        verdict: [_stage_with_change(stage) for stage in result.stages if stage.decision.verdict == verdict]
        for verdict in ("regressed", "differs", "improved", "equivalent", "inconclusive")
    }
    deciding = of.pop(result.verdict)
    untested = any(stage.untested_ratio is not None for stage in result.stages)
    alone = (
        not untested and len(deciding) == len(result.stages) > 1 and result.verdict in {"equivalent", "inconclusive"}
    )
    clauses = [] if (alone and not untested) or not deciding else [_join_words(deciding)]
    clauses += [f"more orchestrations failed in {_join_words(failing)}"] if failing else []
    clauses += [f"{verdict}: {_join_words(named)}" for verdict, named in of.items() if named]
    text = f"{head}{': ' if clauses else ''}{'; '.join(clauses)}."
    if result.verdict == "inconclusive" and of["improved"]:
        # Lead with what is known: a stage that improved does differ.
        open_ = f"; not decided: {_join_words(deciding)}" if deciding else ""
        text = f"{after} improved on {before}: {_join_words(of['improved'])}{open_}."
    return " ".join([*_few_runs(result), text, *_cost_summary(result)])


def _few_runs(result: ComparisonResult) -> list[str]:
    """Return what so few runs cannot show, with the command that does, as a sentence in a list. It stands first."""
    unseen = list(dict.fromkeys(stage.unseen for stage in result.stages if stage.unseen))
    if len(unseen) > 1:
        unseen = [f"{stage.stage}: {stage.unseen}" for stage in result.stages if stage.unseen][:_MOST_NAMED]
    return [f"{'; '.join(unseen)}: `{showing_more(result)}`."] if unseen else []


def _cost_summary(result: ComparisonResult) -> list[str]:
    """Return a sentence about the CPU time per orchestration in a list; an empty list if it was not tested."""
    tested = [cost for cost in result.costs if cost.decision.p is not None]
    clauses = [
        f"{verdict}: {_join_words(named)}"
        for verdict in ("regressed", "differs", "improved", "equivalent", "inconclusive")
        if (named := [_stage_with_change(cost) for cost in tested if cost.decision.verdict == verdict])
    ]
    return [f"CPU per orchestration {'; '.join(clauses)}."] if clauses else []


def _prior_text(effect: Effect) -> str:
    prior = effect.prior
    if prior is None:
        return ""
    of = f"within the blocks of {prior.groups} earlier A/Bs" if effect.paired else f"of {prior.groups} earlier groups"
    return f", noise {of} of this machine {100 * prior.deviation:.1f} %, weight {prior.df:.0f} df"


def stage_sentence(stage: StageComparison, result: ComparisonResult) -> str:
    """Return one sentence about a stage with values, change and interval, followed by the reason of its verdict."""
    unit = f" {stage.metric.unit}" if stage.metric is not None and stage.metric.unit else ""
    values = f"{value_text(typical(stage.before))} → {value_text(typical(stage.after))}{unit}"
    decision, effect = stage.decision, stage.effect
    if effect is None or decision.p is None:
        change = "" if (ratio := stage.untested_ratio) is None else f", {untested_change(ratio, ' %')}"
        return f"{stage.stage}: {values}{change}, {decision.verdict}{_advice(stage, result)}. {decision.reason}".strip()
    low, high = effect.interval()
    verdict = decision.verdict
    conclusion = {"equivalent": f"equivalent within {percent_of(result.margin)}"}.get(verdict, str(verdict))
    if verdict == "inconclusive":
        conclusion += _advice(stage, result)
    tested = f"{effect.before} and {effect.after} runs{' in alternation' if result.paired else ''}"
    if effect.paired:
        tested = f"paired on {counted(effect.before, 'block')}"
    tested += ", with the noise of other runs" if effect.method == "pooled" else _prior_text(effect)
    sentence = (
        f"{stage.stage}: {values}, {percent_change(effect.ratio)} %"
        f" (95 % CI {percent_change(low)} to {percent_change(high)}), {conclusion}; {tested}, {p_equals(decision.p)}."
    )
    return f"{sentence} {decision.reason}".strip()


def sentences(result: ComparisonResult) -> list[str]:
    """Return the sentences of all stages: result, failures if there are more, and notices."""
    found = []
    for stage in result.stages:
        found.append(stage_sentence(stage, result))
        if stage.failures is not None and stage.failures.worse:
            found.append(f"{stage.stage}: {failures_sentence(stage.failures)}")
        found += [f"{stage.stage}: {notice}" for notice in stage.notices]
    for cost in result.costs:
        sentence = stage_sentence(cost, result)
        found.append(f"CPU per orchestration, {sentence}")
        found += [f"CPU per orchestration, {cost.stage}: {notice}" for notice in cost.notices]
    if result.costs:
        found.append(
            f"The rate and the CPU time are two families of tests, each with an error of {100 * result.level:.2g} %"
            " over its stages. Each equivalence is tested alone."
        )
    return found


def failures_sentence(failures: Failures) -> str:
    """Return a sentence about the failed orchestrations of a stage."""
    (before, after), (of_before, of_after) = failures.failed, failures.launched
    text = (
        f"{before:,} of {of_before:,} orchestrations failed before, {after:,} of {of_after:,} after"
        f" ({failures.test}, {p_equals(failures.p)})."
    )
    if failures.configuration:
        text += f" {failures.configuration:,} failed because of their configuration, which is always a bug."
    return text


def remarks(result: ComparisonResult) -> list[str]:
    """Return what would decide, and what limits the comparison: conditions that differ, and notices."""
    if result.mismatches:
        how = "Compared anyway" if result.forced else "Not compared"
        what = [f"{how}: {mismatch}." for mismatch in result.mismatches]
        if not result.forced:
            anyway = command("compare", *_sides_as_arguments(result), "--force")
            together = alternation(result)
            apart = recordings(result)
            better = f"in alternation, {together}" if together else "under the same conditions"
            better += f", {apart}" if apart and not together else ""
            what.append(f"Record both sides {better}, or compare anyway: {anyway}.")
        return [*what, *(_timing(result) or _next_step(result)), *result.notices]
    return [
        *(_timing(result) or _next_step(result)),
        *([result.no_costs] if result.no_costs else []),
        *result.notices,
    ]


def _sides_as_arguments(result: ComparisonResult) -> tuple[str, str]:
    """Return both sides as arguments of a command: their labels, or placeholders if a side has several."""
    labels = [labels_of(side) for side in (result.before, result.after)]
    if labels[0] == labels[1] or max(map(len, labels)) != 1:
        return "BEFORE", "AFTER"
    return shlex.quote(labels[0][0]), shlex.quote(labels[1][0])


def _timing(result: ComparisonResult) -> list[str]:
    """Return what the times of the runs limit, with the command that would not have this limit."""
    # Runs that were not tested have no verdict that could be limited.
    if not result.timing.limits or not any(stage.confounded for stage in result.stages):
        return []
    together = alternation(result)
    better = f"both in alternation, {together}" if together else "both in alternation"
    return [f"{result.timing.sentence}. Record {better}, or each side in at least three sessions."]


def _next_step(result: ComparisonResult) -> list[str]:
    """Return what would decide in a list; an empty list if there is nothing, or if the summary has the command."""
    step = next_step(result)
    if not step or (_few_runs(result) and showing_more(result) in step):
        return []
    return [step]


def _advice(stage: StageComparison, result: ComparisonResult) -> str:
    more = stage.decision.more
    if more is None:
        return ""
    assumed = ", at the noise of a quiet machine" if stage.effect is None else ""
    return f": {advice_text(more, result.block_seconds)}{assumed}"


def _stage_with_change(stage: StageComparison) -> str:
    if (ratio := stage.untested_ratio) is not None:
        return f"{stage.stage} {untested_change(ratio, ' %')}"
    if stage.effect is None or stage.decision.verdict not in {"improved", "regressed", "differs"}:
        return stage.stage
    return f"{stage.stage} {percent_change(stage.effect.ratio)} %"


def _join_distinct(texts: Iterable[str]) -> str:
    return _join_words(list(dict.fromkeys(texts)))


def _join_words(texts: Sequence[str]) -> str:
    if len(texts) > _MOST_NAMED:
        return f"{', '.join(texts[:_MOST_NAMED])} and {len(texts) - _MOST_NAMED} more"
    return " and ".join([", ".join(texts[:-1]), texts[-1]]) if len(texts) > 1 else "".join(texts)
