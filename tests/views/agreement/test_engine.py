"""The viewer's trees, totals, search and layout, compared with an independent count of every sample."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from duronb.model.kinds import KINDS
from duronb.model.stage import OUTSIDE
from duronb.views.flamegraph.display_tree import DisplayTree
from duronb.views.payload.writing import payload_of
from tests.examples import examples
from tests.views.agreement.in_node import ENGINE, Ask, running
from tests.views.agreement.plain_drawing import rectangles
from tests.views.plain_stacks import CALLERS, INITIAL, Frame, Sample, View
from tests.views.profiles import STAGES, Cell, make_profile

WIDTH = 1000

FOLDS = {
    "a::Vec<u8>::push": "a::Vec::push",
    "a::Vec<T>::push": "a::Vec::push",
    "a::f::{{closure}}": "a::f::{closure}",
    "a::f::{closure#3}": "a::f::{closure}",
    "a::f::{closure_env#0}": "a::f::{closure}",
    "<a::X<u8> as b::T<u16>>::go::<i8>": "<a::X as b::T>::go",
    "<script>alert(1)</script>": "<script>alert(1)",
}
FRAMES: tuple[Frame, ...] = (
    ("main", "bin", "workload"),
    ("poll", "bin", "duroxide"),
    ("poll", "libc.so.6", "libc"),
    ("[unknown]", "bin", "unknown"),
    ("[unknown]", "libc.so.6", "unknown"),
    ("tokio::run", "bin", "tokio"),
    ("tokio::park", "bin", "tokio"),
    ("std::start", "bin", "std"),
    ("[runtime]", "", "other"),
    ("File", "", "other"),
    ("日本::走る", "", "other"),
    ("\u202egnp.exe\u2066 \x00;", "[kernel]", "kernel"),
    *((name, "bin", "sqlite") for name in FOLDS),
    ("a::Vec<u8>::push", "other", "sqlite"),
)
KIND = {(name, module): kind for name, module, kind in FRAMES}
PATTERNS = (
    "",
    "",
    "poll",
    "^poll$",
    "P",
    "o",
    "un|ma",
    "a::",
    r"\[",
    "closure",
    "走",
    "File",
    r"\d",
    "^.",
    "script>",
    "+",
    "(",
    "[",
)
INVALID = {"+", "(", "["}
Samples = dict[Cell, int]


@pytest.fixture(scope="module")
def viewer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    with running(ENGINE, tmp_path_factory.mktemp("viewer")) as ask:
        yield ask


def make_samples(random: Random) -> Samples:
    """Return stacks with common callers, with recursion and with samples in inner nodes."""
    frames = random.sample(FRAMES, random.randint(2, len(FRAMES)))
    stacks: list[tuple[Frame, ...]] = [()]
    for _ in range(random.randrange(1, 25)):
        base = random.choice(stacks)
        stacks.append((*base[: random.randint(0, len(base))], *random.choices(frames, k=random.randint(1, 4)))[:12])
    threads = ["w 1", "main", "<b>"][: random.randint(1, 3)]
    seconds = random.choice((1, 4, 30))
    largest = random.choice((1, 20, 10**4, 10**12))
    cells: Counter[Cell] = Counter()
    for _ in range(random.randrange(0, 40)):
        stack = tuple((name, module) for name, module, _ in random.choice(stacks))
        place = random.choice((*STAGES, OUTSIDE)), random.choice(threads), random.randrange(seconds)
        cells[(*place, stack)] += random.randint(1, largest)
    return dict(cells)


def make_state(random: Random, samples: Samples, stages: list[str]) -> dict[str, Any]:
    """Return a random view state. Its zoom is mostly a frame of the view, and sometimes an unknown path."""
    threads = sorted({thread for _, thread, _, _ in samples})
    low = random.randrange(5)
    state = {
        **INITIAL,
        "view": random.choice(("flame", "flame", "inverted", "sandwich", "time")),
        "function": random.choice([*(name for name, _, _ in FRAMES), *FOLDS.values(), "no such function"]),
        "stage": random.choice((None, None, None, *stages)),
        "thread": random.choice((None, None, None, *threads)),
        "seconds": random.choice((None, None, [low, low + random.randint(1, 20)], [low + 0.5, low + 1.5])),
        "search": random.choice(PATTERNS),
        "literal": random.random() < 0.2,
        "icicle": random.random() < 0.5,
        "recursion": random.random() < 0.3,
        "generics": random.random() < 0.3,
        "runtime": random.choice(("shown", "shown", "folded", "hidden")),
        "focus": random.choice((*PATTERNS, *[""] * 20)),
        "ignore": random.choice((*PATTERNS, *[""] * 20)),
    }
    if random.random() < 0.6:
        frames = plain_samples(samples)
        shown = {**state, **dict.fromkeys(invalid(state), "")}
        part, path = random.choice(list(rectangles(View(frames, shown, stages, FOLDS), WIDTH)))
        state["zoom"] = (
            [CALLERS] * (part == "callers") + [name for name, _, _ in path] + ["nowhere"] * (random.random() < 0.1)
        )
    return state


def invalid(state: dict[str, Any]) -> set[str]:
    """Return the fields that keep their values because an expression is invalid."""
    wrong = {key for key in ("focus", "ignore") if state[key] in INVALID}
    return wrong | ({"search", "literal"} if state["search"] in INVALID and not state["literal"] else set())


def plain_samples(samples: Samples) -> list[Sample]:
    return [
        Sample(stage, thread, second, tuple((name, module, KIND[name, module]) for name, module in stack), count)
        for (stage, thread, second, stack), count in samples.items()
    ]


def check(viewer: Ask, samples: Samples, random: Random, steps: int) -> int:
    """Show a profile in a sequence of states, compare each view, and return their number."""
    profile = make_profile(samples)
    names = profile.tree.frames
    kinds = [KINDS.index(KIND[key]) for key in zip(names.names, names.modules, strict=True)]
    payload = payload_of(DisplayTree(profile, kinds, 0, 0, 0), title="t")  # type: ignore[arg-type]
    states = [make_state(random, samples, payload["stages"]) for _ in range(steps)]
    answers = viewer(json.dumps({"payload": payload, "width": WIDTH, "states": states}))
    valid = {"search": "", "literal": False, "focus": "", "ignore": ""}
    for state, answer in zip(states, answers, strict=True):
        wrong = invalid(state)
        valid.update({key: state[key] for key in valid if key not in wrong})
        assert set(answer["errors"]) == wrong - {"literal"}
        compare(answer, View(plain_samples(samples), {**state, **valid}, payload["stages"], FOLDS))
    return len(states)


def compare(answer: dict[str, Any], view: View) -> None:
    places = places_of(answer, view)
    assert answer["whole"] == view.whole
    assert places[answer["root"]] == view.zoom
    assert answer["scope"] == view.scope
    found: list[dict[Any, int]] = [{}, {}]
    for place, (_, _, own, total) in zip(places, answer["nodes"], strict=True):
        if total:
            found[0][place], found[1][place] = total, own
    parts = view.parts.items()
    assert found[0] == {(name, path): total for name, part in parts for path, total in part.totals.items() if total}
    # Among callees, the self samples of the function are those of the stacks that end in it.
    assert found[1] == {
        (name, path): part.own[path] for name, part in parts for path in part.totals if part.totals[path]
    }
    matched, outermost = view.matched()
    assert answer["matched"] == matched
    assert {places[node] for node in answer["matches"]} == outermost
    assert len(answer["matches"]) == len(outermost)
    assert answer["perSecond"] == view.per_second()
    functions = {(name, module, kind): (own, total) for name, module, kind, own, total in answer["functions"]}
    assert functions == view.functions()
    expected = rectangles(view, WIDTH)
    drawn = {places[node]: (row, x, width) for node, row, x, width in answer["rectangles"]}
    assert len(drawn) == len(answer["rectangles"])
    for place in drawn.keys() ^ expected.keys():
        # Half a pixel, to the last bit.
        assert (drawn.get(place) or expected[place])[2] == pytest.approx(0.5, abs=1e-6)
    for place in drawn.keys() & expected.keys():
        assert drawn[place] == pytest.approx(expected[place], abs=0.01)


def places_of(answer: dict[str, Any], view: View) -> list[Any]:
    """Part and path of each node."""
    frames = [tuple(frame) for frame in answer["frames"]]
    callers = answer["callers"]
    parts = list(view.parts)
    places: list[Any] = []
    for number, (parent, frame, _, _) in enumerate(answer["nodes"]):
        if number in (0, callers):
            places.append((parts[number > 0], ()))
        else:
            part, path = places[parent]
            name, module, kind = frames[frame]
            if view.state["view"] == "time" and len(path) < 2:
                # A stage may be there several times.
                module = "" if path else str(sum(len(path) == 1 for _, path in places))
                kind = "label"
            places.append((part, (*path, (name, module, kind))))
    return places


@pytest.mark.long
@pytest.mark.parametrize("batch", range(8))
def test_thousands_of_random_views_agree_to_the_sample(viewer: Ask, batch: int) -> None:
    random = Random(batch)
    assert sum(check(viewer, make_samples(random), random, 4) for _ in range(150)) == 600


@examples(60, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False))
def test_views_found_by_searching_for_a_failure_agree(viewer: Ask, random: Random) -> None:
    check(viewer, make_samples(random), random, 2)
