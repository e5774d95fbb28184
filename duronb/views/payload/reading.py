"""Decoding of a flamegraph payload, with checks of every size and index, because payloads are untrusted."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from duronb.errors import StoreError
from duronb.model.profile import CallTree, Frames, Indices, Profile
from duronb.views.payload.bucket_column import decode_bucket_column
from duronb.views.payload.compression import decompress
from duronb.views.payload.limits import check_depth, check_header
from duronb.views.payload.varint import decode_varints
from duronb.views.payload.writing import FORMAT, VERSION, Column

Decoded = TypeVar("Decoded")


@dataclass(frozen=True, eq=False)
class DecodedPayload:
    """A decoded payload.

    Parameters
    ----------
    profile
        The samples.
    kinds
        The kind of each frame of ``profile.tree.frames``.
    buckets, bucket
        Ids of the buckets, and the index of each node's bucket, shape ``(nodes,)``. ``None`` if the payload has no
        buckets.
    """

    profile: Profile
    kinds: list[str]
    buckets: list[str] | None = None
    bucket: Indices | None = None


def decode_payload(payload: dict[str, Any]) -> DecodedPayload:
    """Decode a flamegraph payload, checking every size and index.

    Raises
    ------
    StoreError
        This is not a flamegraph payload, it has another version, or it is damaged.
    """
    return decoded(payload, "flamegraph", (FORMAT, VERSION), _decode_content)


def decoded(
    payload: dict[str, Any], what: str, wanted: tuple[str, int], decode: Callable[[dict[str, Any], bytes], Decoded]
) -> Decoded:
    """Decode a payload of any format.

    Parameters
    ----------
    payload
        The untrusted payload.
    what
        Name of the format, for messages.
    wanted
        The required format and version.
    decode
        Decodes the payload with its decompressed data. Its exceptions are reported as a damaged payload.

    Raises
    ------
    StoreError
        The payload has another format or version, it is damaged, or it exceeds a limit.
    """
    form, version = wanted
    if not isinstance(payload, dict) or payload.get("format") != form:
        raise StoreError(f"This is not a {what} payload of duronb.")
    if payload.get("version") != version:
        raise StoreError(f"The {what} payload has another version.", "Update duronb.")
    try:
        check_header(payload)
        return decode(payload, decompress(payload["data"]))
    except (KeyError, TypeError, ValueError, IndexError, OverflowError, EOFError, zlib.error, OSError) as error:
        raise StoreError(f"The {what} payload is damaged ({type(error).__name__}).") from error


def _decode_content(payload: dict[str, Any], data: bytes) -> DecodedPayload:
    frames, nodes = int(payload["frames"]), int(payload["nodes"])
    if frames < 0 or nodes < 1 or 3 * frames + 2 * (nodes - 1) > len(data):
        raise ValueError("sizes")
    offset = 0

    def take(count: int, below: int | None = None) -> Column:
        nonlocal offset
        column, offset = decode_varints(data, count, offset)
        if below is not None and len(column) and int(column.max()) >= below:
            raise ValueError("an index is out of range")
        return column

    lengths = take(frames, len(data) + 1)
    module = take(frames, len(payload["modules"]))
    kind = take(frames, len(payload["kinds"]))
    pop = take(nodes - 1, nodes)
    frame = take(nodes - 1, frames)
    groups, rows = take(2, len(data)).tolist()
    places = (take(groups, len(payload["stages"])), take(groups, len(payload["threads"])), take(groups, 1 << 32))
    sizes = take(groups, rows + 1)
    if int(sizes.sum()) != rows:
        raise ValueError("groups")
    stage, thread, second = (np.repeat(place, sizes) for place in places)
    node, count = _sums_within(take(rows, nodes), sizes), take(rows)
    if rows and int(node.max()) >= nodes:
        raise ValueError("a sample is in no node")
    ends = offset + np.cumsum(lengths)
    if (int(ends[-1]) if frames else offset) != len(data):
        raise ValueError("names")
    names = [data[end - length : end].decode() for length, end in zip(lengths.tolist(), ends.tolist(), strict=True)]
    if int(count.sum()) != payload["samples"]:
        raise ValueError("samples")
    profile = Profile(
        tree=CallTree(
            parent=_parents(pop),
            frame=np.concatenate(([-1], frame)).astype(np.int32),
            frames=Frames(names=names, modules=[str(payload["modules"][index]) for index in module.tolist()]),
        ),
        stages=list(map(str, payload["stages"])),
        threads=list(map(str, payload["threads"])),
        stage=stage.astype(np.int32),
        thread=thread.astype(np.int32),
        second=second.astype(np.int32),
        node=node.astype(np.int32),
        count=count,
        start=float(payload["start"]),
        frequency_hz=float(payload["frequency_hz"]),
    )
    kinds = [str(payload["kinds"][index]) for index in kind.tolist()]
    if payload.get("buckets") is None:
        return DecodedPayload(profile, kinds)
    return DecodedPayload(profile, kinds, *decode_bucket_column(payload["buckets"], profile.tree.parent))


def _sums_within(steps: Column, sizes: Column) -> Column:
    """Return running sums that restart with each group, which undoes the differences of the encoding."""
    sums: Column = np.cumsum(steps)
    first = (np.cumsum(sizes) - sizes)[sizes > 0]
    before: Column = np.repeat((sums - steps)[first], sizes[sizes > 0])
    return sums - before


def _parents(pop: Column) -> NDArray[np.int32]:
    parents, stack = [-1], [0]
    for node, levels in enumerate(pop.tolist(), start=1):
        if levels >= len(stack):
            raise ValueError("a node has no parent")
        if levels:
            del stack[-levels:]
        parents.append(stack[-1])
        stack.append(node)
        check_depth(len(stack) - 1)
    return np.asarray(parents, dtype=np.int32)
