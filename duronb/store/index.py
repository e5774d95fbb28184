"""What was read of many runs, kept beside them: the files stay the truth, and a listing need not parse them again.

One line per run: name, time and size of its ``run.json``, then the record in parts. A line counts only as long as
time and size are those of the file, so a run that was changed, removed or restored is never listed as it was. The
index may be deleted at any time, and a store that cannot be written works without.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import time
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from duronb.model.parts import PARTS, part_texts

NAME = ".runs.index"
WORTH = 500
"""Records that must have been read in vain before the index is written: small stores need none."""
LARGEST = 2**31
_FORMAT = "duronb-index-1"
_SETTLED_SECONDS = 2
"""A file that changed later may change again without a trace, where the clock of the disk is coarse."""


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
        The same as JSON.
    metric_only
        It has no samples.
    texts
        Its parts, in the order of ``duronb.model.parts.PARTS``.
    """

    stamp: tuple[int, int]
    created: str
    status: str
    tool_version: str
    metric_only: bool
    texts: list[str]


def line_of(fields: dict[str, Any], created: datetime, stamp: tuple[int, int], *, metric_only: bool) -> Line:
    """Return the line of a record that was found valid."""
    version = json.dumps(str(fields["tool_version"]))
    return Line(stamp, created.isoformat(), fields["status"], version, metric_only, part_texts(fields))


def read_index(directory: Path) -> dict[str, Line]:
    """Read the index of a directory; empty where there is none that can be used."""
    try:
        with (directory / NAME).open("rb") as file:
            if os.fstat(file.fileno()).st_size > LARGEST:
                return {}
            head, _, body = file.read().partition(b"\n")
        if head.decode("ascii") != _head(body):
            return {}
        return dict(_parsed(line) for line in body.decode("ascii").split("\n") if line)
    except (OSError, ValueError, IndexError):
        return {}


def write_index(directory: Path, lines: Iterable[tuple[str, Line]]) -> None:
    """Put an index in the place of the former, whole; nothing happens where that cannot be."""
    settled = time.time_ns() - _SETTLED_SECONDS * 10**9
    body = "".join(_written(name, line) for name, line in lines if line.stamp[0] < settled).encode("ascii")
    with contextlib.suppress(OSError):
        descriptor, staged = tempfile.mkstemp(prefix=f"{NAME}-", dir=directory)
        try:
            with open(descriptor, "wb") as file:  # noqa: PTH123  it is open already
                file.write(_head(body).encode("ascii") + b"\n" + body)
            Path(staged).chmod(0o644)
            Path(staged).replace(directory / NAME)
        except OSError:
            Path(staged).unlink(missing_ok=True)


def _head(body: bytes) -> str:
    return f"{_FORMAT} {len(PARTS)} {len(body)} {zlib.crc32(body):08x}"


def _written(name: str, line: Line) -> str:
    changed, size = line.stamp
    kind = "figures" if line.metric_only else "samples"
    return (
        "\t".join((name, f"{changed}", f"{size}", line.created, line.status, kind, line.tool_version, *line.texts))
        + "\n"
    )


def _parsed(text: str) -> tuple[str, Line]:
    name, changed, size, created, status, kind, version, *texts = text.split("\t")
    if len(texts) != len(PARTS):
        raise ValueError("parts are missing")
    return name, Line((int(changed), int(size)), created, status, version, kind == "figures", texts)
