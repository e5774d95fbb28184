from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.analysis.bottlenecks.safe_pattern import LONGEST_NAME, LONGEST_PATTERN, compiled
from tests.views.profiles import patient


@pytest.mark.parametrize(
    "pattern",
    [
        r"^<?tokio::(?:runtime|time)::",
        r"a.*b.*c",
        r"^(?:x.*y|z.*w)$",
        r"\{closure\}",
        r"{{closure}}",
        r"[a+(*]+x",
        r"[]a]+",
        r"\(a+\)+",
        r"(?:ab)+c",
        r"(?!tokio)std",
        r"a??b",
    ],
)
def test_patterns_that_are_quick_compile(pattern: str) -> None:
    assert compiled(pattern).pattern == pattern


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("(", "not a regular expression"),
        ("[[a]", "not a regular expression"),
        ("(a+)+$", "itself repeats"),
        ("(?:a|a)*$", "itself repeats"),
        ("(?:a?)+$", "itself repeats"),
        ("(?:(?:ab){2,9}){2,9}$", "itself repeats"),
        ("((a{9}){9}){9}", "itself repeats"),
        ("(?:x(?:a+)y)+$", "itself repeats"),
        (".*.*.*$", "repeats more than 2"),
        ("(?:a.*)(?:b.*)(?:c.*)", "repeats more than 2"),
        ("a?a?a?a?a?a?a?", "optional"),
        (r"(a)\1", "refers back"),
        ("(?P<x>a)(?P=x)", "not allowed"),
        ("(?x)(a+) +", "not allowed"),
        ("(?i:a)", "not allowed"),
        ("a" * (LONGEST_PATTERN + 1), "longer than"),
    ],
)
def test_invalid_and_slow_patterns_are_refused(pattern: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        compiled(pattern)


_PIECES = st.lists(
    st.sampled_from([*"ab.|()[]+*?{}\\^$", "(?:", "{1,3}", "[ab]", "(?!", ".*", "a+", "(a|b)", "a?"]), max_size=14
)


@patient
@given(_PIECES.map("".join))
def test_whatever_is_accepted_matches_the_worst_names_at_once(pattern: str) -> None:
    try:
        expression = compiled(pattern)
    except ValueError:
        return
    # An exponential expression would not come back from these.
    for name in ("a" * LONGEST_NAME + "!", "ab" * (LONGEST_NAME // 2) + "!", "a" * LONGEST_NAME):
        assert expression.search(name) is None or re.search(pattern, name)
