"""The index: a cache of the records of many runs, so that a listing does not parse every ``run.json`` again.

It contains one line per run: name, modification time and size of its ``run.json``, and the values that a listing sorts
by. After the lines follow the parts of the records, which are parsed at their first use. A line is valid only while
time and size match the file, so a run that was changed, removed or restored is never listed in its old state. The
index may be deleted at any time, and a store that cannot be written works without it.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from duronb.model.record.packed import PARTS, Packed, pack_parts

NAME = ".runs.index"
MINIMUM_RUNS = 500
"""Number of records missing in the index from which on it is written. Smaller stores have no index."""
LARGEST = 2**31
_LONGEST_HEAD = 100
_FORMAT = b"duronb-index-2"
"""Version 1 was written before the types of the parts were checked."""
SETTLED_SECONDS = 2
"""Files that changed within this time are not indexed. On a file system with coarse timestamps they could change again
without a new timestamp."""


@dataclass(frozen=True, slots=True)
class Line:
    """One run of the index.

    Parameters
    ----------
    stamp
        Time in nanoseconds and size in bytes of the ``run.json`` that was read.
    created, status
        As in the record.
    tool_version
        As in the record, as a JSON string.
    metric_only
        The run has no samples.
    packed
        The parts of its record.
    """

    stamp: tuple[int, int]
    created: str
    status: str
    tool_version: str
    metric_only: bool
    packed: Packed


def line_of(fields: Mapping[str, object], created: datetime, stamp: tuple[int, int], *, metric_only: bool) -> Line:
    """Return the index line of a valid record."""
    version = json.dumps(str(fields["tool_version"]))
    return Line(stamp, created.isoformat(), str(fields["status"]), version, metric_only, pack_parts(fields))


def read_index(directory: Path) -> dict[str, Line]:
    """Read the index of a directory. It is empty if there is no valid index."""
    try:
        with (directory / NAME).open("rb") as file:
            if os.fstat(file.fileno()).st_size > LARGEST:
                return {}
            head = file.readline(_LONGEST_HEAD)
            body = memoryview(file.read())
        table = int(head.split()[2])
        if head != _head(table, body):
            return {}
        lines, packed = str(body[:table], "ascii").splitlines(), body[table:]
        return dict(_parse_lines(lines, packed))
    except (OSError, ValueError, IndexError):
        return {}


def write_index(directory: Path, lines: Iterable[tuple[str, Line]]) -> None:
    """Replace the index atomically. Do nothing if the directory cannot be written."""
    settled = time.time_ns() - SETTLED_SECONDS * 10**9
    kept = [(name, line) for name, line in lines if line.stamp[0] < settled]
    table = "".join(_line_text(name, line) for name, line in kept).encode("ascii")
    body = b"".join([table, *(line.packed.content for _, line in kept)])
    with contextlib.suppress(OSError):
        descriptor, staged = tempfile.mkstemp(prefix=f"{NAME}-", dir=directory)
        try:
            with open(descriptor, "wb") as file:  # noqa: PTH123  it is open already
                file.write(_head(len(table), body))
                file.write(body)
            Path(staged).chmod(0o644)
            Path(staged).replace(directory / NAME)
        except OSError:
            Path(staged).unlink(missing_ok=True)


def _head(table: int, body: bytes | memoryview) -> bytes:
    return b"%s %d %d %d %08x\n" % (_FORMAT, len(PARTS), table, len(body), zlib.crc32(body))


def _line_text(name: str, line: Line) -> str:
    changed, size = line.stamp
    kind = "figures" if line.metric_only else "samples"
    sizes = ",".join(map(str, line.packed.sizes))
    return "\t".join((name, f"{changed}", f"{size}", line.created, line.status, kind, line.tool_version, sizes)) + "\n"


def _parse_lines(lines: Iterable[str], packed: memoryview) -> Iterator[tuple[str, Line]]:
    start = 0
    for text in lines:
        name, changed, size, created, status, kind, version, sizes = text.split("\t")
        parts = list(map(int, sizes.split(",")))
        if len(parts) != len(PARTS):
            raise ValueError("parts are missing")
        end = start + sum(parts)
        texts = Packed(packed[start:end], parts)
        yield name, Line((int(changed), int(size)), created, status, version, kind == "figures", texts)
        start = end
    if start != len(packed):
        raise ValueError("lines or parts are missing")
