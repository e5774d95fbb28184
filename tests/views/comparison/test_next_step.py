"""The command that decides an inconclusive comparison is in every display."""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from duronb.analysis.comparison.gate import gate
from duronb.api.comparison import compared
from duronb.model.record.quality import Quality
from duronb.model.record.subject import Subject
from duronb.model.run import RunRecord
from duronb.options.remedy import use_front
from duronb.results.comparison import Comparison
from duronb.views.comparison.junit import comparison_junit
from duronb.views.comparison.markdown import comparison_markdown
from duronb.views.comparison.next_step import next_step
from tests.analysis.comparison.sides import series_sides
from tests.views.comparison.comparisons import sides_of

SHA = "58cdc0eb6f0a4a7c9d1e"


def _single(before: dict[str, Any], after: dict[str, Any], rates: tuple[float, float] = (7.33, 13.7)) -> Comparison:
    sides = sides_of({"One": ([rates[0]], [rates[1]])})
    subjects = (before, after)
    return compared(
        *(
            [run.with_parts(subject=Subject(**({"kind": "checkout", "source_hash": str(fields)} | fields)))
             for run in side]
            for side, fields in zip(sides, subjects, strict=True)
        )
    )  # fmt: skip


def _at_most(comparison: Comparison) -> str:
    """Return the time of the longest advice, the warm-ups included: 14.5 s for a run of 10 s, rounded up to minutes."""
    more = comparison.stages[0].decision.more
    assert more is not None
    return f"{ceil((more.high + 1) * 2 * 14.5 / 60)}m"


def test_a_commit_and_the_edited_checkout_are_recorded_in_alternation() -> None:
    comparison = _single({"git_sha": SHA}, {"git_sha": SHA, "dirty": True})
    step = next_step(comparison.result)
    assert step == (
        "To decide, record both in alternation (. is the checkout as it is now): duronb ab 58cdc0eb6 . --seconds 10"
        f" --until-decided --at-most {_at_most(comparison)}."
    )
    command = "duronb ab 58cdc0eb6 . --seconds 10 --until-decided"
    assert command in comparison.text(400)
    assert command in comparison._repr_mimebundle_()["text/html"]
    assert comparison.to_json()["next_step"] == step
    markdown = comparison_markdown(comparison.result)
    assert "duronb ab 58cdc0eb6 . &#45;&#45;seconds 10" in markdown or command in markdown
    root = ET.fromstring(comparison_junit(comparison.result, gate(comparison.result)).encode())
    assert command in (root[0].findtext("system-out") or "")


def test_what_one_run_each_cannot_show_stands_first_with_the_command_that_does() -> None:
    comparison = _single({"kind": "release", "version": "0.1.9"}, {"kind": "release", "version": "0.1.24"})
    result = comparison.result
    first = (
        "One run each shows nothing smaller than 18 to 74 %: `duronb ab 0.1.9 0.1.24 --seconds 10 --until-decided"
        f" --at-most {_at_most(comparison)}`. It is undecided whether "
    )
    assert comparison.sentence.startswith(first)
    assert comparison.to_json()["sentence"].startswith(first)
    assert " ".join(comparison.text(80).split()).startswith(first)
    html = comparison._repr_mimebundle_()["text/html"]
    assert html.index("nothing smaller than") < min(html.index(word) for word in ("<table", "<li", "untested"))
    markdown = comparison_markdown(result, gate(result)).replace("&#45;", "-").replace("&#96;", "`")
    assert markdown.split("\n\n")[2].startswith(first)
    judged = comparison.report_html(gate(result))
    body = judged[judged.index("<h2") :]
    assert body.index("nothing smaller than") < min(body.index(word) for word in ("<table", "Gate", "untested"))
    root = ET.fromstring(comparison_junit(result, gate(result)).encode())
    assert (root[0].findtext("system-out") or "").startswith(first)
    # The command is said once.
    assert comparison.text(1000).count("duronb ab ") == 1


def test_one_run_each_of_sides_without_a_name_gets_placeholders() -> None:
    comparison = _single({"git_sha": "$(reboot)"}, {"git_sha": SHA})
    assert comparison.sentence.startswith(
        "One run each shows nothing smaller than 18 to 74 %: `duronb ab BEFORE AFTER`. "
    )


def test_the_change_is_untested_in_every_format() -> None:
    comparison = _single({"git_sha": SHA}, {"git_sha": SHA, "dirty": True})
    (stage,) = comparison.to_json()["stages"]
    assert (stage["ratio"], stage["p"], stage["verdict"]) == (None, None, "inconclusive")
    assert stage["untested_ratio"] == pytest.approx(13.7 / 7.33)
    assert "(untested)" in comparison_markdown(comparison.result).replace("&#40;", "(").replace("&#41;", ")")
    root = ET.fromstring(comparison_junit(comparison.result, gate(comparison.result)).encode())
    assert "+86.9 % (untested)" in (root[0][0].findtext("system-out") or "")
    assert "One +86.9 % (untested)" in comparison.sentence


def test_releases_are_named_by_their_version_and_a_notebook_gets_a_magic() -> None:
    comparison = _single({"kind": "release", "version": "0.1.9"}, {"kind": "release", "version": "0.1.24"})
    use_front("notebook")
    try:
        assert "%duroab 0.1.9 0.1.24 --seconds 10" in next_step(comparison.result)
    finally:
        use_front("shell")


@pytest.mark.parametrize(
    "sides",
    [
        ({"git_sha": SHA, "dirty": True, "dirty_hash": "1"}, {"git_sha": SHA, "dirty": True, "dirty_hash": "2"}),
        ({"git_sha": "$(reboot)"}, {"git_sha": SHA}),
        ({"kind": "release", "version": "; reboot"}, {"kind": "release", "version": "0.1.9"}),
    ],
)
def test_sides_that_no_command_names_are_recorded_again(sides: tuple[dict[str, Any], dict[str, Any]]) -> None:
    step = next_step(_single(*sides).result)
    assert step.endswith(
        "of each side in turn, with the same code and options as before: duronb profile 10 baseline and duronb profile"
        " 10 optimized."
    )
    assert "reboot" not in step


def test_a_small_change_between_single_runs_gets_an_ab_and_its_odds() -> None:
    comparison = _single({"git_sha": SHA}, {"git_sha": "a" * 40}, rates=(12.0, 12.4))
    assert next_step(comparison.result) == (
        "To decide, record both in alternation: duronb ab 58cdc0eb6 aaaaaaaaa --seconds 10"
        f" --until-decided --at-most {_at_most(comparison)}."
    )
    assert "blocks of an A/B, about " in comparison.sentences[0]
    assert ", at the noise of a quiet machine" in comparison.sentences[0]


def test_a_series_goes_on_and_a_decided_comparison_gets_nothing() -> None:
    before, after = series_sides([[20.0, 21.5, 19.4, 22.0, 20.3], [20.9, 18.8, 20.1, 18.2, 20.6]])
    step = next_step(compared(before, after).result)
    assert f": duronb ab --more 1 {before[0].series.id} --until-decided --at-most " in step
    decided = sides_of({"One": ([20.0, 20.1, 20.2, 20.1], [10.0, 10.1, 10.2, 10.1])})
    assert next_step(compared(*decided).result) == ""


def test_a_busy_machine_and_lost_samples_are_said_once_for_both_sides() -> None:
    before, after = sides_of({"One": ([7.0, 7.5, 8.0, 7.7], [9.0, 9.5, 9.7, 9.2])})

    def noticed(run: RunRecord, load: float) -> RunRecord:
        text = f"The machine was busy before the start: load {load:g} on 2 cores."
        return run.with_parts(quality=replace(run.quality or Quality(), notices=(text,)))

    comparison = compared([noticed(run, 15.9) for run in before], [noticed(after[0], 7.0), *after[1:]])
    expected = (
        "All 4 runs before and 1 of 4 runs after: The machine was busy before the start: load 7 to 15.9 on 2 cores."
    )
    assert comparison.to_json()["notices"] == [expected]
    assert comparison.text(400).count("busy") == 1
    assert expected in comparison._repr_mimebundle_()["text/html"]
