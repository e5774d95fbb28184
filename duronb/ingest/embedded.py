"""Reader of the samples that the bundled workload takes of itself, which are JSON Lines.

The first line is a header, ``{"duronb":"embedded samples","version":1,"frequency_hz":250,"event":…,"lost":0}``. Then
follow frames, ``{"frame": 0, "name": …, "module": …}``, and samples with their stacks root first,
``{"time": 1700000000.5, "thread": …, "count": 3, "stack": [0, 5, 7]}``. A frame is defined before it is used.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from duronb.errors import StoreError
from duronb.ingest.perf.lines import LATEST_TIME, module_name
from duronb.model.build import UNKNOWN, ProfileBuilder

FORMAT = "embedded samples"
VERSION = 1
LARGEST_COUNT = 2**40
LONGEST_LINE = 16 * 2**20
DEEPEST_STACK = 65_536


@dataclass(slots=True)
class EmbeddedSamples:
    """Samples of the in-process sampler.

    Parameters
    ----------
    builder
        Contains the samples.
    frequency_hz
        Measured sampling frequency in Hz; ``None`` without a header.
    event
        The event that is sampled.
    samples
        Number of samples.
    unknown_leaves, unknown_roots
        Number of samples whose innermost, or outermost, frame has no name.
    without_stack
        Number of samples without a stack.
    lost
        Number of samples that the sampler lost.
    lines
        Number of lines.
    not_understood
        Number of lines with another format or with an undefined frame.
    truncated
        Whether the last line is incomplete, and left out.
    """

    builder: ProfileBuilder
    frequency_hz: float | None = None
    event: str | None = None
    samples: int = 0
    unknown_leaves: int = 0
    unknown_roots: int = 0
    without_stack: int = 0
    lost: int = 0
    lines: int = 0
    not_understood: int = 0
    truncated: bool = False


def read_embedded(chunks: Iterable[bytes]) -> EmbeddedSamples:
    """Read samples in the embedded format.

    Parameters
    ----------
    chunks
        The text, split at any positions.

    Raises
    ------
    StoreError
        The version is newer than ``VERSION``, or a line is too long for the format.
    """
    result = EmbeddedSamples(ProfileBuilder())
    frames: dict[int, int] = {}
    unknown: set[int] = set()
    for line in _lines(chunks, result):
        result.lines += 1
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            entry = None
        if not isinstance(entry, dict):
            result.not_understood += 1
        elif "stack" in entry:
            _sample(entry, result, frames, unknown)
        elif "frame" in entry:
            _frame(entry, result, frames, unknown)
        elif entry.get("duronb") == FORMAT:
            _header(entry, result)
        else:
            result.not_understood += 1
    return result


def _header(entry: dict[str, Any], result: EmbeddedSamples) -> None:
    version = entry.get("version")
    if isinstance(version, int) and version > VERSION:
        raise StoreError(
            f"The samples have version {version}, but this duronb reads version {VERSION}.", "Upgrade duronb."
        )
    frequency = entry.get("frequency_hz")
    if isinstance(frequency, int | float) and not isinstance(frequency, bool) and 0 < frequency < 1e6:
        result.frequency_hz = float(frequency)
    if _is_count(entry.get("lost")):
        result.lost += entry["lost"]
    if isinstance(entry.get("event"), str):
        result.event = entry["event"][:200]


def _frame(entry: dict[str, Any], result: EmbeddedSamples, frames: dict[int, int], unknown: set[int]) -> None:
    number, name, module = entry["frame"], entry.get("name"), entry.get("module", "")
    if not isinstance(number, int) or isinstance(number, bool) or number in frames or not isinstance(name, str):
        result.not_understood += 1
        return
    name = name or UNKNOWN
    frames[number] = result.builder.frame(name, module_name(module) if isinstance(module, str) else "")
    if name == UNKNOWN:
        unknown.add(number)


def _sample(entry: dict[str, Any], result: EmbeddedSamples, frames: dict[int, int], unknown: set[int]) -> None:
    stack, time, count, thread = entry["stack"], entry.get("time"), entry.get("count", 1), entry.get("thread", "")
    valid = (
        isinstance(stack, list)
        and len(stack) <= DEEPEST_STACK
        and isinstance(time, int | float)
        and 0 <= time <= LATEST_TIME
        and math.isfinite(time)
        and _is_count(count)
        and isinstance(thread, str)
    )
    if not valid:
        result.not_understood += 1
        return
    try:
        indices = tuple([frames[number] for number in stack])
    except (KeyError, TypeError):
        result.not_understood += 1
        return
    result.builder.add(indices, thread[:256], float(time or 0), count)
    result.samples += count
    if not stack:
        result.without_stack += count
        return
    if stack[-1] in unknown:
        result.unknown_leaves += count
    if stack[0] in unknown:
        result.unknown_roots += count


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LARGEST_COUNT


def _lines(chunks: Iterable[bytes], result: EmbeddedSamples) -> Iterator[bytes]:
    pieces: list[bytes] = []
    held = 0
    for chunk in chunks:
        first, *others = chunk.split(b"\n")
        held += len(first)
        if held > LONGEST_LINE:
            raise StoreError("The samples are not in the embedded format.", "Profile again.")
        pieces.append(first)
        if others:
            yield from (line for line in (b"".join(pieces), *others[:-1]) if line.strip())
            pieces, held = [others[-1]], len(others[-1])
    if b"".join(pieces).strip():
        result.truncated = True
