"""A comparison as JUnit XML for a CI server, with one test case per stage."""

from __future__ import annotations

from dataclasses import replace

from duronb.analysis.comparison.compare import ComparisonResult
from duronb.analysis.comparison.gate import Gate, StageGate
from duronb.views.comparison.sentences import remarks, side_names, stage_sentence, summary
from duronb.views.kit.escape import markup

_MOST = 1000


def comparison_junit(result: ComparisonResult, gate: Gate) -> str:
    """Return the gate as XML: ``failure`` for each failed stage, ``skipped`` for each undecided one."""
    suite = "duronb: " + " → ".join(side_names(result))
    sentences = {stage.stage: stage_sentence(stage, result) for stage in result.stages}
    cases = [_case(stage, suite, sentences.get(stage.stage, "")) for stage in gate.stages]
    about_costs = {cost.stage: stage_sentence(cost, result) for cost in result.costs}
    cases += [
        _case(replace(cost, stage=f"{cost.stage}, CPU"), suite, about_costs.get(cost.stage, "")) for cost in gate.costs
    ]
    cases += [_case(StageGate("comparison", "undecided", reason), suite, "") for reason in gate.reasons]
    failed = sum(stage.outcome == "failed" for stage in (*gate.stages, *gate.costs))
    skipped = sum(stage.outcome == "undecided" for stage in (*gate.stages, *gate.costs)) + len(gate.reasons)
    counts = f'tests="{len(cases)}" failures="{failed}" errors="0" skipped="{skipped}"'
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="duronb" {counts}>',
        f'<testsuite name="{_text(suite)}" {counts}>',
        *cases,
        *_remarks(result),
        "</testsuite>",
        "</testsuites>",
        "",
    ]
    return "\n".join(lines)


def _case(stage: StageGate, suite: str, sentence: str) -> str:
    what = ""
    if stage.outcome == "failed":
        what = f'<failure type="regressed" message="{_text(stage.reason)}">{_text(sentence)}</failure>'
    elif stage.outcome == "undecided":
        what = f'<skipped message="{_text(stage.reason)}"/>'
    out = f"<system-out>{_text(sentence)}</system-out>" if sentence else ""
    return f'<testcase classname="{_text(suite)}" name="{_text(stage.stage)}">{what}{out}</testcase>'


def _remarks(result: ComparisonResult) -> list[str]:
    lines = "\n".join(map(_text, [summary(result, side_names(result)), *remarks(result)]))
    return [f"<system-out>{lines}</system-out>"]


def _text(text: str) -> str:
    return markup(text, _MOST)
