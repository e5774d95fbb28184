from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.ingest.stress_test.results_facts import Facts, facts_in, place_in, plain, provider_in

FORMS = (
    "{key}: {value}",
    "**{key}**: {value}",
    "**{key}:** {value}",
    "- {key}: {value}",
    "* **{key}**: {value}",
    "+ __{key}__: {value}",
    "1. {key}: {value}",
    "> {key}: {value}",
    "   - *{key}*: {value}",
    "`{key}`: {value}",
    "{key} = {value}",
    "| {key} | {value} |",
    "| **{key}** | `{value}` |",
    "**{key}**: {value}  ",
    "**{key}**: {value}\\",
    "**{key}**: {value}<br>",
    "**{key}**: {value} <br />",
    "**{key}**: `{value}`",
    "**{key}**: **{value}**",
    "**{key}**: [{value}](https://example.org/x)",
    "**{key}**: <code>{value}</code>",
    "{key}:{value}",
    "**Note**: x, **{key}**: {value}",
)


def read(*lines: str) -> Facts:
    facts = Facts()
    for line in lines:
        for kind, value in facts_in(line):
            facts.take(kind, value, line)
    facts.finish()
    return facts


@pytest.mark.parametrize("form", FORMS)
def test_a_fact_is_read_in_every_form_of_markdown(form: str) -> None:
    facts = read(
        form.format(key="Commit", value="86EC121"),
        form.format(key="Date", value="2026-02-10"),
        form.format(key="duration", value="10s"),
        form.format(key="Host name", value="db-1_north"),
        form.format(key="max_concurrent", value="16"),
    )
    assert facts.created is not None
    assert (facts.commit, facts.created.isoformat()[:10], facts.day_only) == ("86ec121", "2026-02-10", True)
    assert (facts.seconds, facts.host, facts.load) == (10.0, "db-1_north", {"max_concurrent": 16})
    assert facts.not_understood == {}


@pytest.mark.parametrize(
    ("value", "commit", "branch"),
    [
        ("`86ec121` (branch: `main`)", "86ec121", "main"),
        ("86ec121, branch faster/fetch", "86ec121", "faster/fetch"),
        ("[`86ec121`](https://example.org/o/r/commit/86ec121)", "86ec121", None),
        ("https://example.org/o/r/commit/86ec121", "86ec121", None),
        ("v0.1.26-3-g86ec121", "86ec121", None),
        ("HEAD at 86ec121-dirty", "86ec121", None),
        ("0123456789abcdef0123456789abcdef01234567", "0123456789abcdef0123456789abcdef01234567", None),
        ("ab12", "ab12", None),
        ("pending", None, None),
        ("added a cache", None, None),
        ("face it", None, None),
        ("v0.1.26", None, None),
    ],
)
def test_a_commit_is_found_inside_its_value(value: str, commit: str | None, branch: str | None) -> None:
    facts = read(f"- **Commit**: {value}")
    assert (facts.commit, facts.branch) == (commit, branch)
    assert facts.not_understood == ({} if commit else {"commit": f"- **Commit**: {value}"})


def test_a_line_that_was_not_understood_is_kept_unless_another_one_states_the_fact() -> None:
    assert read("Date: soon", "**Duration**: long").not_understood == {
        "time": "Date: soon",
        "length": "**Duration**: long",
    }
    assert read("Date: soon", "Timestamp: 2026-02-10 10:00:00").not_understood == {}
    assert read("**Commit**:").not_understood == {}


@pytest.mark.parametrize(
    "line",
    [
        "",
        "Some words: many",
        "**Notes**:",
        "We saw: commit 86ec121",
        "| Commit | Date | Host |",
        "Committed: 86ec121",
        "```",
        ":",
        "- :",
    ],
)
def test_other_lines_are_no_facts(line: str) -> None:
    assert list(facts_in(line)) == []


def test_values_lose_their_marks_and_nothing_else() -> None:
    assert plain(" **[a_b](https://x)** and `c`  ") == "a_b and c"
    assert plain("<img src=x onerror=alert(1)> a & b") == "<img src=x onerror=alert(1)> a & b"


@pytest.mark.parametrize(
    ("title", "provider", "place"),
    [
        ("PostgreSQL Provider Stress Test Results - Azure North (db-north)", "PostgreSQL", "Azure North (db-north)"),
        ("Duroxide Stress Test Results (Cloud)", None, "Cloud"),
        ("Results (draft) of Postgres – local Docker", "PostgreSQL", "local Docker"),
        ("File SQLite against PostgreSQL", None, None),
        ("Stress Test Results", None, None),
        ("Results - second part", None, None),
    ],
)
def test_a_title_may_name_provider_and_place(title: str, provider: str | None, place: str | None) -> None:
    assert (provider_in(title), place_in(title)) == (provider, place)


@given(st.text(alphabet="*_`|:=<>br/\\[](). -#Commitdae0123", max_size=300))
def test_any_line_is_read_without_an_error(line: str) -> None:
    assert all(value == value.strip() for _, value in facts_in(line))
    read(line)
