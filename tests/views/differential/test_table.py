"""The table and the text of a differential."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from duronb.analysis.differential.differential import Unit, differential
from duronb.analysis.timing.timing import timing_of
from duronb.views.differential.payload import differential_source
from duronb.views.differential.remarks import tested_html as html_of_methods
from duronb.views.differential.table import changes_text, differential_table, differential_text
from tests.analysis.differential.programs import groups, planted
from tests.views.differential.pairs import BASE, NAMES, compared


def test_the_table_has_changes_intervals_and_q_values() -> None:
    result = compared(planted(BASE, "main;hot", 0.05))
    source = differential_source(result, **NAMES)
    table = differential_table(source.content)
    (change,) = [each for each in result.changes if each.of == "total"]
    whole, row = (dict(zip(table.columns, cells, strict=True)) for cells in table.rows)
    assert (row["function"], row["change"], row["before"]) == ("hot", "appeared", "0.00 ms")
    assert row["own change"] == f"+{change.delta:.2f} ms"
    assert row["total change"] == f"+{change.after - change.before:.2f} ms"
    assert result.whole is not None
    assert (whole["function"], whole["change"]) == ("all code together", result.whole.verdict)
    assert whole["q"] == f"p {result.whole.p:.2g}"
    assert row["95 % interval"] == f"+{change.low:.2f} ms to +{change.high:.2f} ms"
    text = differential_text(source)
    assert "before 0.1.28 (5 runs" in text
    assert all(sentence in text for sentence in result.sentences)
    assert text.splitlines()[-1] == f"How this was tested: {' '.join(result.methods)}"


def test_the_caption_says_that_nothing_changed() -> None:
    source = differential_source(compared(BASE), **NAMES)
    assert "No function differs significantly" in differential_text(source)
    assert "No function differs significantly" in differential_table(source.content).caption


def test_a_moved_function_is_one_row_with_its_destination() -> None:
    before, after = {**BASE, "main;old;x": 3.0}, {**BASE, "main;new;x": 3.0}
    source = differential_source(differential(*groups(before, after, 5, 5)), **NAMES)
    said = {row[0]: row[1] for row in differential_table(source.content).rows[1:]}
    assert said == {"old": "moved from old to new, not slower"}
    assert "Moved from old to new: old." in differential_text(source)


@pytest.mark.parametrize("unit", ["share", "cpu_ms_per_orchestration"])
def test_costs_and_changes_subtract_as_they_are_printed(unit: Unit) -> None:
    before = {**BASE, "main;hot": 0.7, "main;old;x": 3.0, "main;cold": 5.0}
    after = {**BASE, "main;hot": 2.1, "main;new;x": 3.0, "main;cold": 0.4}
    result = differential(*groups(before, after, 6, 5), unit=unit)
    source = differential_source(result, **NAMES)
    table = differential_table(source.content)
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows if row[0] != "all code together"]
    assert len(rows) >= 3
    for row in rows:
        first, last, total, scaled, own = (
            Decimal(row[name].split()[0].replace("\u2212", "-").replace(",", ""))
            for name in ("before", "after", "total change", "after, scaled", "own change")
        )
        assert last - first == total
        assert scaled - first == own
    assert "own = scaled - before" in differential_text(source)


def test_notices_come_first_and_methods_last() -> None:
    source = differential_source(differential(*groups(BASE, BASE, 1, 5)), **NAMES)
    lines = differential_text(source).splitlines()
    assert lines[1].startswith("! One run each: only functions that appeared or vanished are coloured.")
    assert lines[-1].startswith("How this was tested: 1 + 1 runs")
    assert html_of_methods(source.payload).startswith("<details><summary>How this was tested</summary>")
    assert html_of_methods({}) == ""


def test_runs_that_were_recorded_apart_are_mentioned_first() -> None:
    before, after = groups(BASE, planted(BASE, "main;hot", 0.2), 5, 5)
    later = [replace(run, created=run.created + timedelta(days=7)) for run in after]
    timing = timing_of(before, later)
    source = differential_source(differential(before, later, timing=timing), **NAMES)
    assert differential_text(source).splitlines()[1] == (
        "! All runs before are older than all runs after, so drift of the machine would look the same: functions that"
        " are dearer or cheaper differ, but not necessarily because of the code. `duronb ab BEFORE AFTER` records both"
        " sides in alternation."
    )
    assert changes_text(source, 100).startswith("! All runs before are older than all runs after")
    together = differential(before, after, timing=timing_of(before, after))
    assert not any("drift" in notice for notice in together.notices)


def test_an_inlined_function_names_its_caller() -> None:
    apart = {**BASE, "main;caller": 0.3, "main;caller;f": 2.0}
    within = {**BASE, "main;caller": 2.3}
    for sides, words in (((apart, within), "inlined into"), ((within, apart), "no longer inlined into")):
        source = differential_source(differential(*groups(*sides, 5, 6)), **NAMES)
        (row,) = differential_table(source.content).rows[1:]
        assert row[:2] == ["f", f"{words} caller, not slower"]
        assert f"f: {words} caller." in differential_text(source)


def test_functions_with_one_short_name_have_different_names_in_the_table() -> None:
    one, other = "<a::one::One as t::Do>::work::{{closure}}", "<a::two::Two as t::Do>::work::{{closure}}"
    before = {**BASE, f"main;{one}": 2.0, f"main;{other}": 2.0}
    after = {**BASE, f"main;{one}": 4.0, f"main;{other}": 6.0}
    source = differential_source(differential(*groups(before, after, 5, 5)), **NAMES)
    names = [row[0] for row in differential_table(source.content).rows]
    assert len(set(names)) == len(names)
    text = differential_text(source)
    assert "One as Do>::work" in text
    assert "Two as Do>::work" in text
