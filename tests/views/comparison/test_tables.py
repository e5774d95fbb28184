"""A comparison as tables."""

from __future__ import annotations

from dataclasses import replace

from scipy import stats

from duronb.api.comparison import compared
from duronb.views.comparison.display import comparison_text
from duronb.views.comparison.numbers import p_text
from duronb.views.comparison.tables import comparison_table, failures_table
from duronb.views.kit.markup import table_html
from tests.views.comparison.comparisons import AFTER, BEFORE, differs, regressed, sides_of


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
    assert table.caption == "Window rate in orch/s, geometric means: 5 runs before, 5 after"


def test_a_stage_that_differs_shows_its_change_and_the_word() -> None:
    table = comparison_table(differs().result, tilde=True)
    assert [row[3] for row in table.rows] == ["−12.2", "~"]
    assert [row[7] for row in table.rows] == ["differs", "inconclusive"]


def test_stages_with_different_metrics_have_units_in_the_cells() -> None:
    before, after = sides_of({"One": (BEFORE, AFTER), "Two": (BEFORE, AFTER)})
    bare = [run.with_parts(stages=[run.stages[0], replace(run.stages[1], active_at_stop=None)]) for run in before]
    rows = comparison_table(compared(bare, after).result).rows
    assert rows[0][1].endswith(" orch/s")
    assert rows[1][1].endswith(" orch/s")


def test_failures_have_a_table_only_where_something_failed() -> None:
    assert failures_table(regressed().result) is None
    before, after = sides_of({"One": (BEFORE, BEFORE)}, launched=300, failed=0)
    assert failures_table(compared(before, after).result) is None
    after = [run.with_parts(stages=[replace(run.stages[0], failed=9, failed_configuration=1)]) for run in after]
    comparison = compared(before, after)
    table = failures_table(comparison.result)
    assert table is not None
    assert table.rows[0][:4] == ["One", "0 of 1,500", "45 of 1,500", "+3.00"]
    assert table.rows[0][7:] == ["worse", "5 because of configuration"]
    assert "more orchestrations failed in One" in comparison.sentence
    assert "Failed orchestrations" in str(comparison)
    fewer = failures_table(compared(after, before).result)
    assert fewer is not None
    assert fewer.rows[0][7:] == ["", "up to 0.2% is still possible"]


def test_one_run_on_each_side_shows_the_change_as_untested_and_in_grey() -> None:
    result = compared(*sides_of({"One": ([7.33], [13.7])})).result
    table = comparison_table(result)
    assert table.caption == "Window rate in orch/s: 1 run before, 1 after"
    assert table.rows[0][3:5] == ["+86.9 (untested)", "–"]
    html = table_html(table)
    assert '<td class="duronb-faint">+86.9 (untested)</td>' in html
    assert html.count("duronb-faint") == 1
    assert "+86.9 (untested)" in comparison_text(result, 80)
