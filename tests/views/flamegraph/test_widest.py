from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from duronb.errors import RequestError
from duronb.model.profile import Profile
from duronb.views.flamegraph.display_tree import display_tree
from duronb.views.flamegraph.state import ViewState
from duronb.views.flamegraph.widest import widest_path
from duronb.views.payload.reading import decode_payload
from duronb.views.payload.writing import payload_of
from tests.views.profiles import CELLS as ANY_CELLS
from tests.views.profiles import STAGES, Cell, displayed, make_profile, patient, realistic_cells

CELLS = realistic_cells(400)


def drawn(profile: Profile) -> Profile:
    """Return the profile as the browser gets it."""
    return decode_payload(payload_of(display_tree(profile), title="")).profile


PROFILE = drawn(make_profile(CELLS))


def widths(cells: dict[Cell, int], name: str, *, inverted: bool = False) -> Counter[tuple[str, ...]]:
    """Count samples per path that ends in a frame of the name."""
    stacks: Counter[tuple[str, ...]] = Counter()
    for (*_, stack), count in cells.items():
        if any(frame.startswith(name) for frame, _ in stack):
            stacks[displayed(stack)[:: -1 if inverted else 1]] += count
    counts: Counter[tuple[str, ...]] = Counter()
    for names, count in stacks.items():
        for depth, each in enumerate(names, start=1):
            if each == name:
                counts[names[:depth]] += count
    return counts


NAMES = sorted({name for *_, stack in CELLS for name in displayed(stack)})


@pytest.mark.long
@pytest.mark.parametrize("view", ["flame", "inverted"])
def test_a_name_leads_to_the_widest_of_its_frames(view: Any) -> None:
    several = [name for name in NAMES if len(widths(CELLS, name)) > 1]
    assert len(several) > 10
    for name in several:
        expected = widths(CELLS, name, inverted=view == "inverted")
        path = widest_path(PROFILE, ViewState(view=view), name)
        assert expected[tuple(path)] == max(expected.values())


def test_only_selected_samples_count() -> None:
    stage, thread = STAGES[2], "tokio-rt-worker"
    cells = {cell: n for cell, n in CELLS.items() if cell[0] == stage and cell[1] == thread and 24 <= cell[2] < 29}
    state = ViewState(stage=stage, thread=thread, seconds=(24, 29))
    for name in {name for *_, stack in cells for name in displayed(stack)}:
        expected = widths(cells, name)
        assert expected[tuple(widest_path(PROFILE, state, name))] == max(expected.values())


@patient
@given(ANY_CELLS)
def test_every_frame_of_any_tree_is_found(cells: dict[Cell, int]) -> None:
    shown = drawn(make_profile(cells))
    tree = shown.tree
    for view in ("flame", "inverted"):
        for node in set(shown.node.tolist()):
            for frame in tree.stack(node):
                name = tree.frames.names[frame]
                assert widest_path(shown, ViewState(view=view), name)[-1] == name


@pytest.mark.parametrize(
    "state",
    [
        ViewState(view="time"),
        ViewState(view="sandwich", function="main"),
        ViewState(recursion=True),
        ViewState(runtime="hidden"),
        ViewState(focus="x"),
    ],
)
def test_a_name_is_refused_if_the_graph_has_other_frames(state: ViewState) -> None:
    with pytest.raises(RequestError, match=r"Give a path of names\.$"):
        widest_path(PROFILE, state, NAMES[0])


def test_a_frame_that_is_not_there_is_refused() -> None:
    for state in (ViewState(), ViewState(view="inverted"), replace(ViewState(), seconds=(900, 901))):
        with pytest.raises(RequestError, match="Give a name that the graph shows"):
            widest_path(PROFILE, state, "nothing like it" if state.seconds is None else NAMES[0])
