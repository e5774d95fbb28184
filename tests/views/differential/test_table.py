"""The table and the text of a differential."""

from __future__ import annotations

from duronb.analysis.differential.differential import differential
from duronb.views.differential.payload import differential_source
from duronb.views.differential.table import differential_table, differential_text
from tests.analysis.differential.programs import groups, planted
from tests.views.differential.pairs import BASE, NAMES, compared


def test_the_table_has_changes_intervals_and_q_values() -> None:
    result = compared(planted(BASE, "main;hot", 0.05))
    source = differential_source(result, **NAMES)
    table = differential_table(source.content)
    (change,) = [each for each in result.changes if each.of == "total"]
    row = dict(zip(table.columns, table.rows[0], strict=True))
    assert (row["function"], row["change"], row["before"]) == ("hot", "appeared", "0.000 ms")
    assert row["difference"] == f"+{change.delta:.2f} ms"
    assert row["95 % interval"] == f"+{change.low:.2f} ms to +{change.high:.2f} ms"
    text = differential_text(source)
    assert "before 0.1.28 (5 runs" in text
    assert all(sentence in text for sentence in result.sentences)


def test_the_caption_says_that_nothing_changed() -> None:
    source = differential_source(compared(BASE), **NAMES)
    assert "No function differs significantly" in differential_text(source)
    assert "No function differs significantly" in differential_table(source.content).caption


def test_a_moved_function_is_one_row_with_its_destination() -> None:
    before, after = {**BASE, "main;old;x": 3.0}, {**BASE, "main;new;x": 3.0}
    source = differential_source(differential(*groups(before, after, 5, 5)), **NAMES)
    said = {row[0]: row[1] for row in differential_table(source.content).rows}
    assert said == {"old": "moved from old to new, not slower"}
    assert "Moved from old to new: old." in differential_text(source)


def test_the_scaled_cost_minus_the_cost_before_is_the_difference() -> None:
    source = differential_source(compared(planted(BASE, "main;hot", 0.05)), **NAMES)
    row = dict(zip(differential_table(source.content).columns, differential_table(source.content).rows[0], strict=True))
    assert row["before"] == "0.000 ms"
    assert row["after, scaled"] == row["difference"].removeprefix("+")
    assert "scaled: after, if everything that did not change cost the same" in differential_text(source)


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
