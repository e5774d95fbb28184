"""A comparison as Markdown."""

from __future__ import annotations

import re
from html import unescape

from duronb.analysis.comparison.gate import gate
from duronb.api.comparison import compared
from duronb.views.comparison.markdown import comparison_markdown
from tests.views.comparison.comparisons import AFTER, BEFORE, differs, hostile, regressed, sides_of


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


def test_markdown_of_a_stage_that_differs_is_undecided_and_says_why() -> None:
    result = differs().result
    lines = comparison_markdown(result, gate(result)).splitlines()
    assert "❔ **undecided**" in lines
    (row,) = [line for line in lines if line.startswith("| ❔ <code>One</code>")]
    assert "| differs |" in row
    why = "All runs before are older than all runs after, so drift of the machine would look the same."
    assert f"- One: It differs: {why}" in lines
    assert any(line.startswith(f"- {why} Record both in alternation") for line in lines)


def test_markdown_of_mentions_links_and_issues_is_inert() -> None:
    comparison = compared(*sides_of({"@someone #1 [x](y) https://z <b>|": (BEFORE, AFTER)}))
    text = comparison_markdown(comparison.result)
    shown = unescape(text)
    assert "@" not in text
    assert "@\u200bsomeone #\u200b1 [x](y) https:\u200b//z <b>|" in shown
    assert "://" not in shown
