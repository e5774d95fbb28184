from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.model.event import Event
from duronb.model.events.artefacts import artefact_samples
from duronb.model.kinds import ARTEFACT, KINDS, kind_of
from duronb.model.names import normalise
from duronb.model.profile import Profile
from duronb.store import open_store
from duronb.views.flamegraph.display_tree import DisplayTree, display_tree, display_tree_of, row_order
from tests import ROOT
from tests.views.profiles import (
    CELLS,
    STAGES,
    Cell,
    cells_of,
    displayed,
    make_profile,
    patient,
    realistic_cells,
    small_cells,
)


def expected_cells(cells: dict[Cell, int]) -> Counter[Cell]:
    """Normalise and fold stack by stack."""
    found: Counter[Cell] = Counter()
    for (stage, thread, second, stack), count in cells.items():
        shown = list(stack)
        while len(shown) > 1 and shown[0][0] == "[unknown]":
            shown.pop(0)
        found[stage, thread, second, tuple((normalise(name), module) for name, module in shown)] += count
    return found


def check_order(shown: DisplayTree) -> None:
    """Every node once, in preorder, siblings in name order, and every one with samples below it."""
    tree = shown.profile.tree
    frames = list(zip(tree.frames.names, tree.frames.modules, strict=True))
    paths = [tuple(frames[frame] for frame in tree.stack(node)) for node in range(len(tree))]
    assert paths == sorted(set(paths))
    assert len(set(frames)) == len(frames)
    assert all(tree.totals(shown.profile.self_counts()) > 0) or not shown.profile.samples


@patient
@given(CELLS)
def test_every_sample_is_where_its_displayed_stack_is(cells: dict[Cell, int]) -> None:
    profile = make_profile(cells)
    shown = display_tree(profile)
    assert cells_of(shown.profile) == expected_cells(cells)
    check_order(shown)
    assert shown.omitted_nodes == shown.omitted_samples == 0


@patient
@given(CELLS)
def test_without_folding_unknown_frames_stay(cells: dict[Cell, int]) -> None:
    shown = display_tree(make_profile(cells), fold_unknown=False)
    expected: Counter[Cell] = Counter()
    for (stage, thread, second, stack), count in cells.items():
        expected[stage, thread, second, tuple((normalise(name), module) for name, module in stack)] += count
    assert cells_of(shown.profile) == expected
    assert shown.folded_samples == 0


@patient
@given(CELLS, st.sampled_from([0.001, 0.05, 0.3, 1.0]))
def test_samples_of_narrow_nodes_count_for_the_caller(cells: dict[Cell, int], min_share: float) -> None:
    profile = make_profile(cells)
    whole = display_tree(profile)
    totals: Counter[tuple[tuple[str, str], ...]] = Counter()
    for (*_, stack), count in expected_cells(cells).items():
        for depth in range(len(stack) + 1):
            totals[stack[:depth]] += count
    kept = {path for path, total in totals.items() if total >= min_share * profile.samples or not path}
    expected: Counter[Cell] = Counter()
    omitted = 0
    for (stage, thread, second, stack), count in expected_cells(cells).items():
        depth = max(depth for depth in range(len(stack) + 1) if stack[:depth] in kept)
        expected[stage, thread, second, stack[:depth]] += count
        omitted += count if depth < len(stack) else 0
    shown = display_tree(profile, min_share=min_share)
    assert cells_of(shown.profile) == expected
    assert shown.profile.samples == profile.samples
    assert shown.omitted_samples == omitted
    assert shown.omitted_nodes == len(whole.profile.tree) - len(shown.profile.tree)


def test_siblings_that_differ_only_by_hash_are_one_node() -> None:
    shown = display_tree(make_profile(small_cells()))
    tree = shown.profile.tree
    names = {tuple(tree.frames.names[frame] for frame in tree.stack(node)) for node in range(1, len(tree))}
    assert names == {
        displayed(stack)[:depth] for (*_, stack) in small_cells() for depth in range(1, len(stack) + 1)
    } - {()}
    assert [tree.frames.names.count("step"), shown.folded_samples] == [1, 39]


def test_a_sample_that_is_only_unknown_keeps_a_frame() -> None:
    shown = display_tree(make_profile(small_cells()))
    counts = shown.profile.self_counts()
    node = next(node for node in range(1, len(shown.profile.tree)) if shown.profile.tree.name(node) == "[unknown]")
    assert (counts[node], shown.profile.tree.parent[node], counts[0]) == (1, 0, 0)


def test_notices_say_what_is_not_drawn() -> None:
    profile = make_profile(realistic_cells(400))
    assert any("[unknown]" in notice for notice in display_tree(profile).notices)
    pruned = display_tree(profile, min_share=0.01)
    assert any(f"{pruned.omitted_nodes:,} nodes" in notice for notice in pruned.notices)
    assert display_tree(profile, fold_unknown=False).notices == []


def test_kinds_are_those_of_the_displayed_frames() -> None:
    shown = display_tree(make_profile(realistic_cells(300)))
    frames = shown.profile.tree.frames
    kinds = [KINDS[kind] for kind in shown.kinds]
    assert kinds == [kind_of(name, module) for name, module in zip(frames.names, frames.modules, strict=True)]
    assert {"tokio", "duroxide", "sqlite", "kernel"} <= set(kinds)


@pytest.mark.parametrize("name", ["0.1.1", "0.1.32"])
def test_artefacts_of_the_tree_are_those_of_the_run(name: str) -> None:
    run = open_store(str(ROOT / "notebooks" / "data" / "releases")).load(name)
    shown = display_tree_of(run)
    own = np.bincount(shown.profile.tree.frame[1:], weights=shown.profile.self_counts()[1:])
    grey = shown.kinds == KINDS.index(ARTEFACT)
    assert run.environment.event == "cpu-clock:ppp"
    assert own[grey].sum() == sum(artefact_samples(run.profile, "cpu-clock").values()) > 0.1 * run.profile.samples


def test_the_event_that_the_samples_name_precedes_that_of_the_run() -> None:
    stack = (("main", "app"), ("_raw_spin_unlock_irqrestore", "[kernel]"))
    profile = make_profile({(STAGES[0], "main", 0, stack): 3})

    def kinds(shown: Profile, event: str | None) -> list[str]:
        return [KINDS[kind] for kind in display_tree(shown, event=event).kinds]

    assert kinds(profile, "cpu-clock") == [ARTEFACT, "other"]
    assert kinds(profile, "cycles") == kinds(profile, None) == ["kernel", "other"]
    assert kinds(replace(profile, events=(Event("cpu-clock"),)), "cycles") == [ARTEFACT, "other"]
    assert kinds(replace(profile, events=(Event("cycles"),)), "cpu-clock") == ["kernel", "other"]


def test_an_empty_profile_is_a_root() -> None:
    shown = display_tree(make_profile({}))
    assert (len(shown.profile.tree), shown.profile.samples, len(shown.profile.tree.frames)) == (1, 0, 0)


def test_rows_are_ordered_where_their_columns_do_not_fit_into_one_number() -> None:
    columns = [np.asarray([2**31 - 1, 0, 5, 5]) for _ in range(3)] + [np.asarray([1, 2, 2**31 - 1, 0])]
    assert row_order(*columns).tolist() == [1, 3, 2, 0]


@pytest.mark.long
def test_a_chain_deeper_than_pythons_stack_is_fine() -> None:
    stack = tuple((f"f{depth}", "m") for depth in range(3000))
    shown = display_tree(make_profile({("s", "t", 0, stack): 3}))
    assert len(shown.profile.tree) == 3001
    assert shown.profile.self_counts()[-1] == 3
