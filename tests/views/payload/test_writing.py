from __future__ import annotations

import base64
import gzip
import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given

from duronb.errors import StoreError
from duronb.model.kinds import KINDS, kind_of
from duronb.model.stage import OUTSIDE
from duronb.views.flamegraph.display_tree import display_tree
from duronb.views.kit.escape import well_formed
from duronb.views.payload.reading import decode_payload
from duronb.views.payload.writing import payload_json
from tests.views.payloads import flamegraph_payload
from tests.views.profiles import (
    CELLS,
    Cell,
    cells_of,
    hostile_run,
    make_profile,
    make_run,
    patient,
    realistic_cells,
    small_cells,
)


def read_plainly(payload: dict[str, Any]) -> Counter[Cell]:
    """Read the documented format one byte at a time."""
    data = gzip.decompress(base64.b64decode(payload["data"]))
    at = 0

    def number() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def column(count: int) -> list[int]:
        return [number() for _ in range(count)]

    frames, nodes = payload["frames"], payload["nodes"]
    lengths, modules, kinds = column(frames), column(frames), column(frames)
    pops, frame = column(nodes - 1), column(nodes - 1)
    groups, rows = number(), number()
    stages, threads, seconds, sizes = (column(groups) for _ in range(4))
    steps, counts = column(rows), column(rows)
    names = []
    for length in lengths:
        names.append(data[at : at + length].decode())
        at += length
    assert at == len(data)
    shown = [(name, payload["modules"][module]) for name, module in zip(names, modules, strict=True)]
    assert [payload["kinds"][kind] for kind in kinds] == [kind_of(*one) for one in shown]
    stacks: list[tuple[tuple[str, str], ...]] = [()]
    for pop, own in zip(pops, frame, strict=True):
        above = stacks[-1][: len(stacks[-1]) - pop]
        stacks.append((*above, shown[own]))
    assert stacks == sorted(stacks)
    found: Counter[Cell] = Counter()
    assert sum(sizes) == rows
    assert all(sizes)
    samples = iter(zip(steps, counts, strict=True))
    heads = list(zip(stages, threads, seconds, strict=True))
    assert heads == sorted(set(heads))
    for (stage, thread, second), size in zip(heads, sizes, strict=True):
        place = 0
        for nth in range(size):
            step, count = next(samples)
            assert step > 0 or nth == 0
            place += step
            found[payload["stages"][stage], payload["threads"][thread], second, stacks[place]] = count
    return found


@patient
@given(CELLS)
def test_a_payload_holds_what_is_displayed(cells: dict[Cell, int]) -> None:
    profile = make_profile(cells)
    payload = json.loads(payload_json(flamegraph_payload(profile, title="t")))
    shown = display_tree(profile).profile
    expected = Counter(
        {
            (stage, thread, second, tuple((well_formed(name), well_formed(module)) for name, module in stack)): count
            for (stage, thread, second, stack), count in cells_of(shown).items()
        }
    )
    assert read_plainly(payload) == expected
    decoded = decode_payload(payload)
    assert cells_of(decoded.profile) == expected
    assert payload["samples"] == profile.samples == decoded.profile.samples
    assert payload["nodes"] == len(shown.tree)
    assert (OUTSIDE in payload["stages"]) == any(cell[0] == OUTSIDE for cell in cells)


def test_equal_profiles_give_equal_payloads() -> None:
    cells = realistic_cells(300)
    shuffled = dict(sorted(cells.items(), key=lambda item: hash(item[0])))
    first, second = (flamegraph_payload(make_profile(each), title="t") for each in (cells, shuffled))
    assert first == second
    assert base64.b64decode(first["data"])[4:8] == b"\0\0\0\0"


def test_the_payload_has_the_documented_values() -> None:
    run = make_run(small_cells())
    payload = flamegraph_payload(
        run.profile, title="my title", stage="File SQLite 2/2", state={"search": "vfs"}, run=run, min_share=0.1
    )
    assert list(payload)[-1] == "data"
    assert payload["format"] == "duronb.flamegraph"
    assert payload["version"] == 2
    assert payload["title"] == "my title"
    assert payload["unit"] == "samples"
    assert payload["frequency_hz"] == 999.0
    assert payload["kinds"] == list(KINDS)
    assert payload["samples"] == 46
    assert payload["omitted"]["nodes"] > 0
    assert payload["state"] == {"stage": "File SQLite 2/2", "search": "vfs"}
    assert dict(payload["run"]["header"])["Label"] == "baseline"
    assert payload["run"]["metrics"]["rows"][0][:2] == ["In-Memory SQLite 1/1", "17.24"]
    assert any("[unknown]" in notice for notice in payload["run"]["notices"])
    assert any("too narrow" in notice for notice in payload["run"]["notices"])


def test_samples_before_second_zero_move_the_start() -> None:
    profile = make_profile({("s", "t", -3, (("f", "m"),)): 1, ("s", "t", 4, (("f", "m"),)): 2}, start=100.0)
    payload = flamegraph_payload(profile, title="t")
    assert payload["start"] == 97.0
    assert sorted(cell[2] for cell in read_plainly(payload)) == [0, 7]


def test_lone_surrogates_in_names_are_replaced() -> None:
    profile = make_profile({("s\ud800", "t", 0, (("bad\udfff", "m\ud800"),)): 1})
    decoded = decode_payload(json.loads(payload_json(flamegraph_payload(profile, title="\ud800"))))
    assert decoded.profile.tree.frames.names == ["bad\ufffd"]


def test_hostile_names_survive_unchanged() -> None:
    run = hostile_run()
    decoded = decode_payload(flamegraph_payload(run.profile, title="t", run=run))
    assert set(decoded.profile.tree.frames.names) == set(run.profile.tree.frames.names)


def damaged(**changes: Any) -> dict[str, Any]:
    return flamegraph_payload(make_profile(small_cells()), title="t") | changes


def recompressed(change: Any) -> str:
    data = gzip.decompress(base64.b64decode(damaged()["data"]))
    return base64.b64encode(gzip.compress(change(data))).decode()


@pytest.mark.parametrize(
    "payload",
    [
        {},
        "text",
        damaged(format="other"),
        damaged(version=1),
        damaged(data="not base64!"),
        damaged(data="aGVsbG8="),
        damaged(data=damaged()["data"][:40]),
        damaged(data=recompressed(lambda data: data[:-1])),
        damaged(data=recompressed(lambda data: data + b"x")),
        damaged(data=recompressed(lambda data: b"\xff" * len(data))),
        damaged(nodes=10**9),
        damaged(nodes=0),
        damaged(frames=-1),
        damaged(modules=[]),
        damaged(kinds=["other"]),
        damaged(stages=["one"]),
        damaged(samples=1),
    ],
)
def test_a_damaged_payload_is_refused(payload: Any) -> None:
    with pytest.raises(StoreError):
        decode_payload(payload)


@pytest.mark.long
def test_no_single_damaged_byte_crashes() -> None:
    data = gzip.decompress(base64.b64decode(damaged()["data"]))
    for place in range(len(data)):
        for value in (0, 0x7F, 0xFF):
            changed = data[:place] + bytes([value]) + data[place + 1 :]
            payload = damaged(data=base64.b64encode(gzip.compress(changed, 1)).decode())
            try:
                decode_payload(payload)
            except StoreError:
                continue
