"""Reported regions of changes, on counts without noise, so that there is one right answer."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from duronb.analysis.differential.node_tests import quasi_binomial
from duronb.analysis.differential.regions import Regions, find_regions, region_counts
from tests.views.profiles import make_profile, stack_of

SIDE = np.repeat([0, 1], 5)
Self = Mapping[str, tuple[int, int]]

BASE = {
    "main;a": (200, 200),
    "main;a;b": (100, 100),
    "main;a;b;c": (300, 300),
    "main;a;d": (420, 420),
    "main;e": (1000, 1000),
    "main;e;f": (700, 700),
    "main;e;f;g": (600, 600),
    "main;h": (700, 700),
}
"""Self samples of each run before and after."""


def found(own: Self, level: float = 0.05) -> tuple[dict[str, tuple[str, ...]], Regions]:
    """Return the paths of the changed nodes, each with the paths of separate regions inside; all runs are equal."""
    profile = make_profile({("s", "t", 0, stack_of(path)): 1 for path in own})
    tree = profile.tree
    paths = [";".join(tree.frames.names[frame] for frame in tree.stack(node)) for node in range(len(tree))]
    counts = np.zeros((len(tree), len(SIDE)), dtype=np.int64)
    for node, path in enumerate(paths):
        for below, values in own.items():
            if path in ("", below) or below.startswith(f"{path};"):
                counts[node] += np.asarray(values)[SIDE]
    regions = find_regions(
        counts, tree.end, np.arange(1, len(tree)), lambda count, whole: quasi_binomial(count, whole, SIDE), level
    )
    changed = {paths[each.node]: tuple(paths[node] for node in each.inside) for each in regions.found}
    return changed, regions


def test_equal_sides_differ_nowhere() -> None:
    changed, regions = found(BASE)
    assert changed == {}
    assert not (regions.q[~np.isnan(regions.q)] <= 0.05).any()


@pytest.mark.parametrize("after", [150, 900])
@pytest.mark.parametrize("path", ["main;a;b;c", "main;e;f", "main;a;d", "main;h"])
def test_a_changed_function_is_reported_alone(path: str, after: int) -> None:
    own = {**BASE, path: (BASE[path][0], after)}
    assert found(own)[0] == {path: ()}


@pytest.mark.parametrize("parent", ["main", "main;a", "main;a;b;c", "main;e;f;g"])
def test_a_new_function_is_reported_as_its_outermost_frame(parent: str) -> None:
    own = {**BASE, f"{parent};new": (0, 5), f"{parent};new;inner": (0, 60), f"{parent};new;inner;most": (0, 60)}
    assert found(own)[0] == {f"{parent};new": ()}


def test_a_function_that_is_called_more_often_is_reported_once() -> None:
    more = {path: (a, b * 3 // 2) for path, (a, b) in BASE.items() if path.startswith("main;a")}
    assert found({**BASE, **more})[0] == {"main;a": ()}


def test_two_changes_are_two_whatever_else_they_make_smaller() -> None:
    own = {**BASE, "main;a;d": (420, 800), "main;e;f;g": (600, 250)}
    assert found(own)[0] == {"main;a;d": (), "main;e;f;g": ()}


def test_a_changed_caller_is_reported_without_its_changed_callee() -> None:
    own = {**BASE, "main;e": (1000, 2000), "main;e;f;g": (600, 0)}
    assert found(own)[0] == {"main;e": ("main;e;f;g",), "main;e;f;g": ()}


def test_a_change_of_the_largest_function_is_not_reported_as_changes_of_the_others() -> None:
    own = {**BASE, "main;big": (20_000, 10_000)}
    assert found(own)[0] == {"main;big": ()}


def test_two_functions_that_grew_are_not_one_that_shrank() -> None:
    own = {**BASE, "main;x": (600, 1200), "main;y": (600, 1800)}
    del own["main;h"]
    calm = {f"main;worker;{path.removeprefix('main;')}": values for path, values in own.items() if path[5] not in "xy"}
    grown = {path: own[path] for path in ("main;x", "main;y")}
    assert found({**calm, **grown})[0] == {"main;x": (), "main;y": ()}


def test_frames_with_equal_samples_are_one_test_and_reported_as_the_outermost() -> None:
    own = {**BASE, "main;x;y;z": (100, 300)}
    changed, regions = found(own)
    assert changed == {"main;x": ()}
    # main is not tested, since it has all samples; x, y and z have equal samples and are one test.
    assert regions.tests == len({"a", "b", "c", "d", "e", "f", "g", "h", "x"})


def test_a_stricter_level_finds_no_more() -> None:
    own = {**BASE, "main;h": (700, 790), "main;a;d": (420, 620)}
    loose, strict = found(own, 0.2)[1], found(own, 1e-12)[1]
    assert {each.node for each in strict.found} <= {each.node for each in loose.found}
    assert strict.cutoff < loose.cutoff


def test_programs_with_nothing_in_common_end() -> None:
    own = {f"one;x{i}": (50 + i, 0) for i in range(30)} | {f"two;y{i}": (0, 50 + i) for i in range(30)}
    assert len(found(own)[1].found) <= 60


def test_the_samples_of_a_region_are_its_own() -> None:
    counts = np.asarray([[10, 20], [6, 9], [2, 3]])
    np.testing.assert_array_equal(region_counts(counts, 0, (1,)), [4, 11])
    np.testing.assert_array_equal(region_counts(counts, 0, ()), [10, 20])
