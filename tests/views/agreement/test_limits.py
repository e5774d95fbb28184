"""The readers of Python and of the viewer accept a payload at each limit, and refuse one beyond it."""

from __future__ import annotations

import base64
import gzip
import zlib
from collections.abc import Iterator
from json import dumps
from pathlib import Path
from typing import Any

import pytest

from duronb.errors import StoreError
from duronb.views.differential.reading import decode_differential
from duronb.views.payload.reading import decode_payload
from tests.views.agreement.in_node import Ask, running

MIB = 1 << 20


@pytest.fixture(scope="module")
def viewer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    with running(Path(__file__).with_name("limits_agreement.ts"), tmp_path_factory.mktemp("limits")) as ask:
        yield ask


def packed(data: bytes) -> str:
    return base64.b64encode(gzip.compress(data)).decode()


def flamegraph(depth: int = 1, **changed: Any) -> dict[str, Any]:
    """Return a payload of one stack of the function ``f`` without samples; all its numbers are below 128."""
    lengths, module, kind = b"\1", b"\0", b"\0"
    above, frame = b"\0" * depth, b"\0" * depth
    groups, rows = b"\0", b"\0"
    return {
        "format": "duronb.flamegraph",
        "version": 2,
        "title": "t",
        "unit": "samples",
        "kinds": ["other"],
        "modules": [""],
        "stages": [],
        "threads": [],
        "frames": 1,
        "nodes": depth + 1,
        "samples": 0,
        "start": 0,
        "frequency_hz": 99,
        "data": packed(lengths + module + kind + above + frame + groups + rows + b"f"),
    } | changed


def differential(depth: int = 1, **changed: Any) -> dict[str, Any]:
    """Return a differential payload of one stack of the function ``f`` without samples."""
    sides = b"\0" * 2 * (depth + 1)
    return {
        "format": "duronb.differential",
        "version": 2,
        "title": "t",
        "kinds": ["other"],
        "modules": [""],
        "frames": 1,
        "nodes": depth + 1,
        "before": {"title": "b", "samples": 0},
        "after": {"title": "a", "samples": 0},
        "units": [{"unit": "share", "before": 0, "after": 0, "changes": []}],
        "tests": {"total": None, "self": None},
        "data": packed(b"\1\0\0" + b"\0" * 2 * depth + sides + b"f"),
    } | changed


def buckets(count: int) -> dict[str, Any]:
    names = list(map(str, range(count)))
    return {"ids": names, "titles": names, "data": packed(b"\1")}


def zeros(mib: int) -> str:
    """Return the beginning of a gzip stream of zeros, without the check at its end."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = packer.compress(bytes(MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    head = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
    return base64.b64encode(head + piece * mib).decode()


def refusals(viewer: Ask, payload: dict[str, Any]) -> tuple[str | None, str | None]:
    """Return what Python says against a payload, and what the viewer says; ``None`` if it reads it."""
    decode = decode_differential if payload["format"] == "duronb.differential" else decode_payload
    try:
        decode(payload)
    except StoreError as error:
        return error.message, viewer(dumps(payload))
    return None, viewer(dumps(payload))


LIMITS: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "kinds": (flamegraph(kinds=["k"] * 255), flamegraph(kinds=["k"] * 256), "more than 255 kinds"),
    "differential kinds": (
        differential(kinds=["k"] * 255),
        differential(kinds=["k"] * 256),
        "more than 255 kinds",
    ),
    "stages": (flamegraph(stages=["s"] * 65_535), flamegraph(stages=["s"] * 65_536), "more than 65535 stages"),
    "threads": (flamegraph(threads=["s"] * 65_535), flamegraph(threads=["s"] * 65_536), "more than 65535 threads"),
    "depth": (flamegraph(65_535), flamegraph(65_536), "more than 65535 frames"),
    "differential depth": (differential(65_535), differential(65_536), "more than 65535 frames"),
}


@pytest.mark.parametrize("limit", LIMITS)
def test_the_largest_payload_is_read_and_a_larger_one_is_refused(viewer: Ask, limit: str) -> None:
    largest, larger, reason = LIMITS[limit]
    assert refusals(viewer, largest) == (None, None)
    python, typescript = refusals(viewer, larger)
    assert reason in str(python)
    assert reason in str(typescript)


def test_there_are_at_most_250_buckets(viewer: Ask) -> None:
    assert refusals(viewer, flamegraph(buckets=buckets(250))) == (None, None)
    assert None not in refusals(viewer, flamegraph(buckets=buckets(251)))


@pytest.mark.parametrize("field", ["nodes", "frames"])
@pytest.mark.parametrize("make", [flamegraph, differential])
def test_a_payload_that_states_too_large_a_tree_is_refused_for_that(viewer: Ask, make: Any, field: str) -> None:
    reason = "more than 20000000"
    assert [reason in str(said) for said in refusals(viewer, make(**{field: 20_000_000}))] == [False, False]
    assert [reason in str(said) for said in refusals(viewer, make(**{field: 20_000_001}))] == [True, True]


@pytest.mark.long
def test_data_are_decompressed_up_to_the_same_size(viewer: Ask) -> None:
    # Both notice that 512 MiB end without a check, but not that they are too large.
    assert ["larger than 512" in str(said) for said in refusals(viewer, flamegraph(data=zeros(512)))] == [False, False]
    assert ["larger than 512" in str(said) for said in refusals(viewer, flamegraph(data=zeros(513)))] == [True, True]
