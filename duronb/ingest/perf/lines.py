"""Parsers of lines in ``perf script`` text, in linear time: heads of samples, frames of stacks, lost samples."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from duronb.model.build import UNKNOWN

KERNEL = "[kernel]"
INLINED = "inlined"
KERNEL_ADDRESS = 0xFFFF_8000_0000_0000
"""Lowest address of the kernel on all 64-bit systems on which perf runs."""

LATEST_TIME = 1e11
"""Largest valid time, in seconds."""

_LONGEST_WHO = 400
_MOST_TRIED = 8
"""Largest number of words in a line that are tried as the time or the event."""

_LONGEST_COMM = 32
_COMM_COLUMNS = 16
"""Width to which perf pads the name of a thread, which is longer than any name that Linux keeps."""

_TIME = re.compile(rb"(?<=\s)(\d{1,12}\.\d{1,9}):(?=\s|$)")
_AFTER_TIME = re.compile(
    rb"\s*(?:(?P<period>\d{1,20})\s+(?=\S+:(?:\s|$)))?(?:(?P<event>\S+?):(?=\s|$))?(?P<rest>.*)", re.DOTALL
)
_UNTIMED_EVENT = re.compile(rb"(?<=\s)([A-Za-z]\S*?):(?=\s|$)")
_IDS = rb"(?P<pid>-?\d{1,10})(?:/(?P<tid>-?\d{1,10}))?(?:\s+\[\d+\])?"
_WHO = re.compile(rb"\s+" + _IDS + rb"(?:\s+[A-Za-z.?]{1,5})?$")
_UNTIMED_WHO = re.compile(rb"\s+" + _IDS + rb"$")
_UNTIMED_IDS = re.compile(rb"\s*" + _IDS + rb"(?:\s+(?P<period>\d{1,20}))?$")
_RECORD = re.compile(rb".*?\bPERF_RECORD_([A-Z_0-9]+)")
_LOST = re.compile(rb"\bPERF_RECORD_LOST(?:_SAMPLES)?\b[^0-9]{0,80}?lost[^0-9]{0,40}(\d{1,18})")
_OFFSET = re.compile(r"\+0x[0-9a-f]+$")
_KERNEL_OBJECT = re.compile(r"\[(?:guest\.)?kernel\.|vmlinux(?:[-.].*)?$")
_DETAIL = re.compile(
    rb"\s+(?:(?:\S.*)?:\d+(?: \(discriminator \d+\))?|\S*\[[0-9a-fA-F]+\]|0x[0-9a-f]+/0x[0-9a-f]+/.*)\s*$"
)
_ADDRESS = re.compile(rb"[0-9a-fA-F]{1,16}$")

_MESSAGE = re.compile(
    rb"Warning:|Check IO/CPU overload!|Processed \d+ events|(?:cmd__)?addr2line\b|BFD: |perf: "
    rb"|\[ perf record: |Failed to open .*, continuing without symbols|no symbols found in "
    rb"|.* not found, continuing without symbols$"
)


class Head(NamedTuple):
    """Head of a sample.

    Parameters
    ----------
    comm
        The thread's name.
    process
        Id of the process; ``None`` if the output has only the id of the thread.
    time
        Seconds of the recording's clock; ``None`` if the output has no time.
    period
        What the sample weighs; ``None`` if the output has no period.
    event
        Name of the event as perf prints it, without the colon after it; empty if the output has no event.
    rest
        The following text of the line: a stack of one frame, the arguments of a tracepoint, or unknown fields.
    time_at
        Position of the time in the line; -1 if the output has no time.
    """

    comm: str
    process: int | None
    time: float | None
    period: int | None
    event: bytes
    rest: bytes
    time_at: int


class Frame(NamedTuple):
    """One frame of a stack.

    Parameters
    ----------
    name, module
        Name and module as stored in a profile.
    kernel
        Whether it belongs to the kernel, even if its name is unknown.
    """

    name: str
    module: str
    kernel: bool


def parse_head(line: bytes) -> Head | None:
    """Parse the head of a sample, with any choice of fields; ``None`` for any other line."""
    for time in islice(_TIME.finditer(line), _MOST_TRIED):
        if time.start() > _LONGEST_WHO:
            break
        who = line[: time.start()].rstrip()
        ids = _WHO.search(who)
        after = None if ids is None else _AFTER_TIME.match(line, time.end())
        if ids is not None and after is not None:
            event = after["event"] or b""
            return _head(who, ids, after["period"], event, after["rest"], time=float(time[1]), time_at=time.start())
    for word in islice(_UNTIMED_EVENT.finditer(line), _MOST_TRIED):
        if word.start() > _LONGEST_WHO:
            break
        who, rest = line[: word.start()].rstrip(), line[word.end() :]
        if rest.strip() and b":" not in word[1] and not _ADDRESS.match(rest.split(None, 1)[0]):
            continue  # only a tracepoint has a text after the event
        comm = who[:_COMM_COLUMNS]
        columns = _UNTIMED_IDS.match(who, _COMM_COLUMNS) if comm.strip() and who[_COMM_COLUMNS:][:1] == b" " else None
        if columns is not None:
            return _head(comm, columns, columns["period"], word[1], rest, comm_end=_COMM_COLUMNS)
        # Without columns a number before the event may be a period or an id. It is read as the id.
        ids = _UNTIMED_WHO.search(who)
        if ids is not None and len(who[: ids.start()].strip()) <= _LONGEST_COMM:
            return _head(who, ids, None, word[1], rest)
    return None


def _head(
    who: bytes,
    ids: re.Match[bytes],
    period: bytes | None,
    event: bytes,
    rest: bytes,
    *,
    time: float | None = None,
    time_at: int = -1,
    comm_end: int | None = None,
) -> Head:
    return Head(
        comm=who[: ids.start() if comm_end is None else comm_end].strip().decode("utf-8", "replace"),
        process=None if ids["tid"] is None else int(ids["pid"]),
        time=time,
        period=None if period is None else int(period),
        event=event,
        rest=rest.strip(),
        time_at=time_at,
    )


def parse_lost(line: bytes) -> int | None:
    """Return the number of samples in a line about lost samples; 0 for other records, ``None`` for any other line."""
    match = _LOST.search(line)
    if match is not None:
        return int(match[1])
    return 0 if b"PERF_RECORD_" in line and _RECORD.match(line) else None


def is_detail(line: bytes) -> bool:
    """Return whether a line is no frame but belongs to the text.

    It has the source line of a frame (``-F +srcline``), branches (``+brstack``), or a message of perf or addr2line,
    which is among the samples if their errors were written to the same file.
    """
    return _DETAIL.match(line) is not None or _MESSAGE.match(line) is not None


def parse_frame(line: bytes) -> Frame | None:
    """Parse one line of a stack: address, symbol and object; ``None`` for any other line."""
    address, _, rest = line.strip().partition(b" ")
    if not _ADDRESS.match(address):
        return None
    symbol, module = parse_symbol(rest)
    return Frame(symbol, module, module == KERNEL or int(address, 16) >= KERNEL_ADDRESS)


def parse_symbol(text: bytes) -> tuple[str, str]:
    """Return name and module, as stored in a profile, from the text after the address in the line of a frame."""
    before, _, last = text.rpartition(b" (")
    module = _simple_object(last) if before and last else None
    if module is None:
        symbol, path = _split_object(text.decode("utf-8", "replace").strip())
        module = module_name(path)
    else:
        symbol = before.decode("utf-8", "replace")
    symbol = symbol.strip()
    if "+0x" in symbol:
        symbol = _OFFSET.sub("", symbol).strip()
    return symbol or UNKNOWN, module


@lru_cache(maxsize=1024)
def _simple_object(text: bytes) -> str | None:
    """Return the name of an object from its path and a closing parenthesis; ``None`` for a path with parentheses."""
    simple = b"(" not in text and text.find(b")") == len(text) - 1
    return module_name(text[:-1].decode("utf-8", "replace")) if simple else None


@lru_cache(maxsize=1024)
def module_name(path: str) -> str:
    """Return the base name of an object as perf prints it: ``[kernel]`` for the kernel, empty if unknown."""
    path = path.removesuffix(" (deleted)")
    if path in {"", UNKNOWN}:
        return ""
    base = path if path.startswith("[") else path.rsplit("/", 1)[-1]
    return KERNEL if _KERNEL_OBJECT.match(base) else base


def _split_object(text: str) -> tuple[str, str]:
    """Split ``symbol (object)``; both may contain spaces and parentheses."""
    if not text.endswith(")"):
        return text, ""
    symbol, _, module = text.rpartition(" (")
    if symbol and "(" not in module and module.find(")") == len(module) - 1:
        return symbol, module[:-1]
    depth = 0
    for at in range(len(text) - 1, -1, -1):
        depth += (text[at] == ")") - (text[at] == "(")
        if depth == 0:
            if at == 0 or text[at - 1] == " ":
                return text[:at], text[at + 1 : -1]
            break
    at = text.rfind(" (")
    return (text[:at], text[at + 2 : -1]) if at >= 0 else (text, "")
