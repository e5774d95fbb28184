"""Limits of every payload. The readers of Python and of the viewer refuse a payload that exceeds one of them.

The viewer's module ``declared.ts`` is generated from these values, so both readers accept the same payloads.
"""

from __future__ import annotations

from collections.abc import Sized
from typing import Any

from duronb.errors import StoreError

MAX_BYTES = 512 << 20
"""Bytes of the decompressed data. A browser tab has memory for the columns of so many."""

MAX_NODES = 20_000_000
"""Nodes of the tree, and distinct frames. A browser tab has memory for so many."""

MAX_DEPTH = 65_535
"""Levels below the root. The viewer stores a level in two bytes."""

MAX_LIST = 65_535
"""Stages, and threads."""

MAX_KINDS = 255
"""Kinds of frames. An index is stored in a byte."""

MAX_BUCKETS = 250
"""Buckets. An index, or the mark of an unknown bucket, is stored in a byte."""

_SHORTER = "Leave out narrow frames."


def check_header(payload: dict[str, Any]) -> None:
    """Check what a payload states about its size, before its data are decompressed.

    Raises
    ------
    StoreError
        It states more nodes, frames, kinds, stages or threads than a reader accepts.
    TypeError, ValueError, OverflowError
        A number or a list is malformed.
    """
    for field in ("nodes", "frames"):
        if int(payload.get(field, 0)) > MAX_NODES:
            raise StoreError(f"The payload has more than {MAX_NODES} {field}.", _SHORTER)
    for field, most in (("kinds", MAX_KINDS), ("stages", MAX_LIST), ("threads", MAX_LIST)):
        listed: Sized = payload.get(field, ())
        if len(listed) > most:
            raise StoreError(f"The payload has more than {most} {field}.")


def too_large() -> StoreError:
    """Return the error for data that are larger than ``MAX_BYTES``."""
    return StoreError(f"The data of the payload are larger than {MAX_BYTES >> 20} MiB when decompressed.", _SHORTER)


def check_depth(depth: int) -> None:
    """Check the depth of a node, in levels below the root.

    Raises
    ------
    StoreError
        It is more than ``MAX_DEPTH``.
    """
    if depth > MAX_DEPTH:
        raise StoreError(f"The payload has a stack of more than {MAX_DEPTH} frames.")
