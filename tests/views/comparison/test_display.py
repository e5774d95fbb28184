from __future__ import annotations

import base64
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from html import unescape
from math import exp, log
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from scipy import stats

from duronb.analysis.comparison.compare import ComparisonResult
from duronb.analysis.comparison.gate import gate
from duronb.api.comparison import compared
from duronb.errors import RequestError
from duronb.model.record.subject import Subject
from duronb.model.run import RunRecord
from duronb.results.comparison import Comparison
from duronb.views.comparison.intervals import LEAST, MOST, intervals, limits, ticks
from duronb.views.comparison.junit import comparison_junit
from duronb.views.comparison.markdown import comparison_markdown
from duronb.views.comparison.picture import interval_svg
from duronb.views.comparison.text import (
    change,
    comparison_table,
    failures_table,
    figure,
    p_equals,
    p_text,
    sentences,
    side_names,
    summary,
)
from duronb.views.kit import bundles
from duronb.views.live import loader
from tests.analysis.comparison.sides import STAGE, run_of, series_sides, side, stage_of_rate
from tests.views.profiles import HOSTILE
from tests.views.reading import Reader, check_inert

BEFORE = [20.0, 21.5, 19.4, 22.0, 20.3]
AFTER = [17.9, 18.8, 17.1, 19.2, 17.6]


@pytest.fixture(autouse=True)
def bundle(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("duronb.js", "page.js"):
        (tmp_path / name).write_text("window.theExtension = 1;")
    monkeypatch.setattr(bundles, "DIRECTORY", tmp_path)
    monkeypatch.setattr(loader, "_loader", loader._Loader())


def sides_of(
    stages: dict[str, tuple[Sequence[float | None], Sequence[float | None]]], **fields: Any
) -> tuple[list[RunRecord], list[RunRecord]]:
    """Return runs of two labels from the rates of each stage."""
    found: list[list[RunRecord]] = []
    for number, label in enumerate(("baseline", "optimized")):
        rates = {name: both[number] for name, both in stages.items()}
        runs = max(map(len, rates.values()))
        found.append(
            [
                run_of(
                    label,
                    index,
                    [stage_of_rate(rate[index], name, **fields) for name, rate in rates.items() if index < len(rate)],
                )
                for index in range(runs)
            ]
        )
    return found[0], found[1]


def regressed() -> Comparison:
    return compared(*sides_of({"One": (BEFORE, AFTER), "Two": (BEFORE, BEFORE[::-1])}))


def test_a_sentence_has_figures_change_interval_verdict_and_p_value() -> None:
    comparison = compared(*series_sides([BEFORE, AFTER]))
    oracle = stats.ttest_rel(np.log(AFTER), np.log(BEFORE))
    low, high = (100 * (exp(end) - 1) for end in oracle.confidence_interval(0.95))
    size = 100 * (stats.gmean(AFTER) / stats.gmean(BEFORE) - 1)
    expected = (
        f"{STAGE}: {stats.gmean(BEFORE):.1f} → {stats.gmean(AFTER):.1f} orch/s, −{-size:.1f} % "
        f"(95 % CI −{-low:.1f} to −{-high:.1f}), regressed; paired on 5 blocks, p "
    )
    assert comparison.sentences[0].startswith(expected)
    assert oracle.pvalue < 0.0001
    assert comparison.sentences[0].endswith("p < 0.0001.")


def test_the_whole_is_one_sentence_that_names_what_changed() -> None:
    assert regressed().sentence == "optimized regressed against baseline: One −12.2 %; inconclusive: Two."
    better = compared(*sides_of({"One": (AFTER, BEFORE)}))
    assert better.sentence == "optimized improved on baseline: One +13.9 %."
    same = compared(*sides_of({"One": (BEFORE * 8, BEFORE * 8), "Two": (BEFORE * 8, BEFORE * 8)}))
    assert same.sentence == "optimized is equivalent to baseline, within ±5 %."
    open_ = compared(*sides_of({"One": (BEFORE, BEFORE[::-1]), "Two": (BEFORE, BEFORE)}))
    assert open_.sentence == "It is not decided whether optimized differs from baseline."


def test_an_inconclusive_sentence_says_how_many_more_it_takes() -> None:
    noisy = compared(*series_sides([BEFORE, [20.9, 18.8, 20.1, 18.2, 20.6]]))
    more = noisy.stages[0].decision.more
    assert more is not None
    assert f"inconclusive: about {more} more blocks would decide; paired on 5 blocks, p = " in noisy.sentences[0]
    apart = compared(*sides_of({"One": (BEFORE, BEFORE[::-1])}))
    assert f"about {apart.stages[0].decision.more} more runs on each side would decide" in apart.sentences[0]


def test_single_runs_say_what_they_can_show() -> None:
    (sentence,) = compared(*sides_of({"One": ([20.0], [18.0])})).sentences
    assert sentence.startswith("One: 20.0 → 18.0 orch/s, inconclusive. A single run on a side has no spread")
    assert "a change within ±18% could not be seen." in sentence


def test_the_noise_of_other_runs_is_named_as_such() -> None:
    others = side("c", [20.0, 21.0, 19.0, 20.5, 20.2, 18.9, 20.3, 21.2, 19.7, 20.8])
    comparison = compared(side("a", [20.0]), side("b", [18.0]), others=others)
    assert "1 and 1 runs, with the noise of other runs, p = " in comparison.sentences[0]


def test_sides_are_called_by_what_tells_them_apart() -> None:
    assert side_names(regressed().result) == ("baseline", "optimized")
    before, after = side("x", BEFORE), side("x", AFTER, first=10)
    assert side_names(compared(before, after).result) == (before[0].id + ", " + before[1].id + ", " + before[2].id
        + " and 2 more", f"{after[0].id}, {after[1].id}, {after[2].id} and 2 more")  # fmt: skip
    after = [run.with_parts(subject=replace(run.subject, name="duroxide y")) for run in after]
    assert side_names(compared(before, after).result) == ("duroxide x", "duroxide y")
    assert side_names(compared([], []).result) == ("before", "after")


def test_the_table_has_a_row_per_stage_and_a_tilde_for_no_change() -> None:
    result = regressed().result
    table = comparison_table(result, tilde=True)
    assert table.columns == [
        "stage", "before", "after", "change %", "95% CI %", "p", "exact p", "verdict", "detectable %",
    ]  # fmt: skip
    assert [row[0] for row in table.rows] == ["One", "Two"]
    assert [row[3] for row in table.rows] == ["−12.2", "~"]
    assert [row[7] for row in table.rows] == ["regressed", "inconclusive"]
    assert [row[3] for row in comparison_table(result).rows] == ["−12.2", "0.0"]
    assert table.rows[0][6] == p_text(stats.mannwhitneyu(BEFORE, AFTER, method="exact").pvalue)
    assert table.caption == "Window rate in orch/s: 5 runs before, 5 after"


def test_stages_of_different_figures_have_their_units_in_the_cells() -> None:
    before, after = sides_of({"One": (BEFORE, AFTER), "Two": (BEFORE, AFTER)})
    bare = [run.with_parts(stages=[run.stages[0], replace(run.stages[1], active_at_stop=None)]) for run in before]
    rows = comparison_table(compared(bare, after).result).rows
    assert rows[0][1].endswith(" orch/s")
    assert rows[1][1].endswith(" orch/s")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (21.44, "21.4"),
        (19.0, "19.0"),
        (1234.5, "1,234"),
        (0.01234, "0.0123"),
        (0.0, "0"),
        (None, "–"),
        (3e-9, "0.000000"),
    ],
)
def test_figures_have_three_telling_digits(value: float | None, text: str) -> None:
    assert figure(value) == text


@pytest.mark.parametrize(
    ("ratio", "text"),
    [(1.1, "+10.0"), (0.888, "−11.2"), (1.0, "0.0"), (0.99999, "0.0"), (float("inf"), "∞"), (31, "+3,000.0")],
)
def test_changes_are_signed_percentages(ratio: float, text: str) -> None:
    assert change(ratio) == text


def test_small_p_values_are_bounds() -> None:
    assert (p_text(1e-9), p_text(0.00213), p_text(1.0)) == ("<0.0001", "0.0021", "1")
    assert (p_equals(1e-9), p_equals(0.043)) == ("p < 0.0001", "p = 0.043")


def test_failures_have_a_table_only_where_something_failed() -> None:
    assert failures_table(regressed().result) is None
    before, after = sides_of({"One": (BEFORE, BEFORE)}, launched=300, failed=0)
    assert failures_table(compared(before, after).result) is None
    after = [run.with_parts(stages=[replace(run.stages[0], failed=9, failed_configuration=1)]) for run in after]
    comparison = compared(before, after)
    table = failures_table(comparison.result)
    assert table is not None
    assert table.rows[0][:4] == ["One", "0 of 1,500", "45 of 1,500", "+3.00"]
    assert table.rows[0][7:] == ["worse", "5 for their configuration"]
    assert "more failed in One" in comparison.sentence
    assert "Failed orchestrations" in str(comparison)
    fewer = failures_table(compared(after, before).result)
    assert fewer is not None
    assert fewer.rows[0][7:] == ["", "up to 0.2% is still possible"]


def not_comparable(*, force: bool = False) -> Comparison:
    before, after = sides_of({"One": (BEFORE, AFTER)})
    after = [run.with_parts(environment=replace(run.environment, kernel="6.9", cores=4)) for run in after]
    return compared(before, after, force=force)


def test_conditions_that_differ_are_listed_and_say_what_to_do() -> None:
    comparison = not_comparable()
    text = str(comparison)
    assert comparison.sentence == "baseline and optimized are not comparable: cores and kernel differ."
    assert "! Not compared: kernel: 6.1 before, 6.9 after." in text
    assert "compare all the same with force" in text
    forced = not_comparable(force=True)
    assert "! Compared all the same: kernel: 6.1 before, 6.9 after." in str(forced)
    assert forced.verdict == "regressed"


def test_nothing_to_compare_says_so() -> None:
    assert compared(side("a", BEFORE), []).sentence == "Nothing can be compared: there is no run of after that counts."
    empty = [run_of("a", 0, [])], [run_of("b", 0, [])]
    assert compared(*empty).sentence == "Nothing can be compared: the runs of a and b have no stages."
    for comparison in (compared([], []), compared(*empty), not_comparable()):
        assert comparison.sentence in " ".join(str(comparison).split())
        assert "<table" not in comparison._repr_mimebundle_()["text/html"]
        assert json.loads(json.dumps(comparison.to_json(), allow_nan=False))["stages"] == []
        with pytest.raises(RequestError):
            comparison.plot()


@pytest.mark.parametrize("width", [80, 100])
def test_the_terminal_text_fits_its_columns(width: int) -> None:
    long = {"A stage with a name that is very long indeed, longer than a line": (BEFORE, AFTER), "Two": (BEFORE, AFTER)}
    for comparison in (regressed(), compared(*sides_of(long)), not_comparable(force=True)):
        assert max(map(len, comparison.text(width).splitlines())) <= width


def test_stages_are_found_by_name() -> None:
    comparison = regressed()
    assert comparison.stage("Two").stage == "Two"
    with pytest.raises(RequestError, match=r"no stage 'Three'\. Choose 'One', 'Two'\."):
        comparison.stage("Three")
    assert [run.label for run in comparison.before] == ["baseline"] * 5
    assert repr(comparison) == "<Comparison baseline → optimized, regressed>"


def test_json_has_every_figure_and_no_nan() -> None:
    text = json.dumps(regressed().to_json(), allow_nan=False)
    found = json.loads(text)
    assert found["verdict"] == "regressed"
    assert found["before"]["labels"] == ["baseline"]
    one = found["stages"][0]
    oracle = stats.ttest_ind(np.log(AFTER), np.log(BEFORE), equal_var=False)
    ends = oracle.confidence_interval(0.95)
    assert [log(one[name]) for name in ("ratio_low", "ratio_high")] == pytest.approx([*ends], rel=1e-9)
    assert one["runs_after"] == AFTER
    assert one["p"] == pytest.approx(2 * oracle.pvalue)  # Holm, of two stages
    json.dumps(compared(*sides_of({"One": ([20.0], [18.0])})).to_json(), allow_nan=False)


def test_a_data_frame_has_a_row_per_stage() -> None:
    frame = regressed().to_pandas()
    assert list(frame["stage"]) == ["One", "Two"]
    assert list(frame["n_after"]) == [5, 5]
    assert frame["ratio"][0] == pytest.approx(stats.gmean(AFTER) / stats.gmean(BEFORE))


def item_of(html: str) -> dict[str, Any]:
    script = next(script for script in Reader(html).scripts if "duronbQueue||[]" in script)
    found = re.search(r"\.push\((\{.*\})\);if", script)
    assert found is not None
    entry: dict[str, Any] = json.loads(found[1])
    return entry


def test_a_notebook_stores_text_and_html_with_the_plot_and_its_picture() -> None:
    shown = regressed()._repr_mimebundle_()
    assert shown["text/plain"] == regressed().text()
    reader = Reader(shown["text/html"])
    text = " ".join(reader.text)
    for part in ("optimized regressed against baseline", "95% CI %", "−12.2", "still picture"):
        assert part in text
    entry = item_of(shown["text/html"])
    assert [a["data-duronb"] for _, a in reader.tags if "data-duronb" in a] == [entry["id"]]
    (root,) = entry["item"]["doc"]["roots"]
    assert root["name"] == "Figure"
    image = next(attributes for tag, attributes in reader.tags if tag == "img")
    assert "One: −12.2 % (−18." in (image["alt"] or "")
    assert base64.b64decode((image["src"] or "").split(",")[1]).startswith(b"<svg")


def test_the_javascript_that_is_not_built_leaves_the_picture(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bundles, "DIRECTORY", tmp_path / "none")
    text = " ".join(Reader(regressed()._repr_mimebundle_()["text/html"]).text)
    assert "A still picture. The JavaScript of duronb is not built" in text


def columns_of(comparison: Comparison) -> list[dict[str, Any]]:
    from bokeh.models import ColumnDataSource

    plot = comparison.plot()
    return [dict(source.data) for source in plot.select({"type": ColumnDataSource})]


def test_the_plot_has_an_interval_per_stage_and_a_point_per_run() -> None:
    comparison = regressed()
    points, lines = sorted(columns_of(comparison), key=lambda data: "low" in data)
    oracle = stats.ttest_ind(np.log(AFTER), np.log(BEFORE), equal_var=False).confidence_interval(0.95)
    assert (lines["low"][0], lines["high"][0]) == pytest.approx([100 * (exp(end) - 1) for end in oracle])
    assert lines["stage"] == ["One", "Two"]
    assert lines["marker"] == ["square", "circle"]
    assert len(points["x"]) == 4 * 5
    base = stats.gmean(BEFORE)
    assert sorted(points["x"][:10]) == pytest.approx(sorted(100 * (v / base - 1) for v in BEFORE + AFTER))
    assert "17.9 orch/s after" in points["text"]


def test_pairs_are_drawn_as_blocks() -> None:
    comparison = compared(*series_sides([BEFORE, AFTER]))
    (row,) = intervals(comparison.result)
    assert row.runs_before == ()
    assert row.runs_after == pytest.approx([100 * (a / b - 1) for a, b in zip(AFTER, BEFORE, strict=True)])
    assert row.figures_after[0] == "block: 20.0 → 17.9 orch/s"


def test_the_band_is_the_margin_of_the_equivalence_test() -> None:
    from bokeh.models.annotations import BoxAnnotation

    (band,) = compared(*sides_of({"One": (BEFORE, AFTER)}), margin=0.1).plot().select({"type": BoxAnnotation})
    assert (band.left, band.right) == (pytest.approx(100 * (1 / 1.1 - 1)), pytest.approx(10))


def test_a_very_wide_interval_is_cut_and_its_figures_stay() -> None:
    comparison = compared(*series_sides([[20.0, 21.0], [10.0, 45.0]]))
    rows = intervals(comparison.result)
    low, high = limits(rows, 0.05)
    assert LEAST * 1.2 < low < high < MOST * 1.2
    assert rows[0].high is not None
    assert rows[0].high > MOST
    picture = interval_svg(comparison.result, "A title")
    ET.fromstring(picture)
    assert comparison.plot().x_range.end == high


@pytest.mark.parametrize(("low", "high"), [(-20.0, 12.0), (-100.0, 300.0), (-0.8, 0.8), (-7.5, 7.5)])
def test_ticks_are_round_and_within(low: float, high: float) -> None:
    found = ticks(low, high)
    assert 3 <= len(found) <= 10
    assert low <= found[0] <= found[-1] <= high
    assert 0.0 in found


def test_stages_without_an_effect_are_drawn_without_an_interval() -> None:
    comparison = compared(*sides_of({"One": (BEFORE, AFTER), "Two": ([0.0, 0.0], [1.0, 2.0]), "New": ([], [1.0, 2.0])}))
    rows = intervals(comparison.result)
    assert [row.middle is None for row in rows] == [False, True, True]
    assert b"inconclusive" in interval_svg(comparison.result, "A title")
    assert len(columns_of(comparison)) == 2


def hostile() -> ComparisonResult:
    names = {f"{name} {index}": (BEFORE, AFTER) for index, name in enumerate(HOSTILE)}
    before, after = sides_of(names)
    subject = Subject(name=HOSTILE[0], source_hash="x")
    return compared(
        [run.with_parts(environment=replace(run.environment, kernel=HOSTILE[1])) for run in before],
        [run.with_parts(subject=subject, environment=replace(run.environment, kernel=HOSTILE[3])) for run in after],
        force=True,
    ).result


def test_hostile_names_do_nothing_anywhere() -> None:
    comparison = Comparison(hostile())
    html = comparison._repr_mimebundle_()["text/html"]
    check_inert(html, scripts=2)
    assert not set("\x00\x1b\x07\u202e\u2066\u200f") & set(comparison.text(100))
    picture = interval_svg(comparison.result, HOSTILE[2])
    assert not {element.tag.rpartition("}")[2] for element in ET.fromstring(picture).iter()} - {
        "svg", "title", "style", "rect", "path", "text", "circle",
    }  # fmt: skip
    labels = comparison.plot().yaxis[0].major_label_overrides.values()
    assert {type(label).__name__ for label in labels} == {"PlainText"}


def test_markdown_is_a_table_in_which_names_do_nothing() -> None:
    result = regressed().result
    lines = comparison_markdown(result, gate(result)).splitlines()
    assert lines[0] == "### duronb: <code>baseline</code> → <code>optimized</code>"
    assert "❌ **failed**" in lines
    rows = [line for line in lines if line.startswith("|")]
    assert rows[1] == "| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- | ---: |"
    assert rows[2].startswith("| ❌ <code>One</code> | 20.6 | 18.1 | −12.2 |")
    assert {line.count("|") for line in rows} == {10}
    text = comparison_markdown(hostile())
    assert {line.count("|") for line in text.splitlines() if line.startswith("|")} == {10}
    assert set(re.findall(r"<[^>]*>?", text)) == {"<code>", "</code>"}
    assert not re.search(r"[`\[\]\\*@]|(?<!&)#(?![# ])", text)
    assert not set("\x00\x1b\x07\u202e\u2066\u200f\u2028") & set(text)


def test_markdown_of_mentions_links_and_issues_is_inert() -> None:
    comparison = compared(*sides_of({"@someone #1 [x](y) https://z <b>|": (BEFORE, AFTER)}))
    text = comparison_markdown(comparison.result)
    shown = unescape(text)
    assert "@" not in text
    assert "@\u200bsomeone #\u200b1 [x](y) https:\u200b//z <b>|" in shown
    assert "://" not in shown


def test_junit_is_xml_with_a_case_per_stage() -> None:
    before, after = sides_of(
        {"One": (BEFORE, AFTER), "Two": (BEFORE, BEFORE[::-1]), "Three": ([20.0, 30.0], [22.0, 28.0])}
    )
    result = compared(before, after).result
    root = ET.fromstring(comparison_junit(result, gate(result)).encode())
    (suite,) = root
    assert suite.attrib == {
        "name": "duronb: baseline → optimized", "tests": "3", "failures": "1", "errors": "0", "skipped": "2",
    }  # fmt: skip
    assert [case.get("name") for case in suite] == ["One", "Two", "Three"]
    assert [[child.tag for child in case] for case in suite] == [
        ["failure", "system-out"], ["skipped", "system-out"], ["skipped", "system-out"],
    ]  # fmt: skip
    failure = suite[0][0]
    assert failure.get("message") == "It regressed beyond the margin of 5 %."
    assert (failure.text or "").startswith("One: 20.6 → 18.1 orch/s")


def test_junit_of_hostile_names_is_well_formed() -> None:
    result = hostile()
    root = ET.fromstring(comparison_junit(result, gate(result)).encode())
    assert len(root[0]) == len(HOSTILE)
    refused = not_comparable().result
    root = ET.fromstring(comparison_junit(refused, gate(refused)).encode())
    assert root[0][0][0].get("message") == "Not comparable for cores, kernel."


def test_a_summary_and_sentences_exist_for_every_verdict() -> None:
    for comparison in (regressed(), not_comparable(), compared([], [])):
        assert summary(comparison.result, comparison.names).endswith(".")
        assert all(sentence.endswith(".") for sentence in sentences(comparison.result))
