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


def test_a_moved_function_names_its_destination() -> None:
    before, after = {**BASE, "main;old;x": 3.0}, {**BASE, "main;new;x": 3.0}
    source = differential_source(differential(*groups(before, after, 5, 5)), **NAMES)
    said = {row[0]: row[1] for row in differential_table(source.content).rows}
    assert said == {"new": "moved from old, not slower", "old": "moved to new, not slower"}
