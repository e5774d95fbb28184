"""Labels that are unique among each other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from duronb.views.flamegraph.layout import fitting_label
from duronb.views.flamegraph.unique_labels import unique_labels


def test_equal_short_names_become_longer_and_others_stay_short() -> None:
    paths = [["<a::long::path::One as t::Do>::work"], ["<a::long::path::Two as t::Do>::work"], ["x::y::rest_of_it"]]
    assert fitting_label(paths[0][0], 12) == fitting_label(paths[1][0], 12) == "work"
    assert unique_labels(paths, 12) == ["<One as Do>::work", "<Two as Do>::work", "rest_of_it"]


def test_one_function_below_two_callers_is_named_with_the_nearest_callers_that_differ() -> None:
    paths = [["main", "a", "same", "poll"], ["main", "b", "same", "poll"], ["main", "other"]]
    assert unique_labels(paths, 40) == ["poll in a", "poll in b", "other"]


def test_final_closures_stay_with_their_function() -> None:
    assert fitting_label("a::b::run::{{closure}}::{{closure}}", 30) == "run::{{closure}}::{{closure}}"


@given(st.lists(st.lists(st.sampled_from(["a::f", "b::f", "c::d::f", "g", "<x::Y as Z>::f"]), min_size=1, max_size=4),
                min_size=1, max_size=8, unique_by=tuple))  # fmt: skip
def test_different_paths_have_different_labels(paths: list[list[str]]) -> None:
    labels = unique_labels(paths, 6)
    assert len(set(labels)) == len(paths)
