"""Parsers of the two kinds of lines in ``perf script`` text: the head of a sample and a frame of its stack."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from duronb.model.build import UNKNOWN

KERNEL = "[kernel]"
INLINED = "inlined"
KERNEL_ADDRESS = 0xFFFF_8000_0000_0000
"""Lowest address of the kernel on all 64-bit systems on which perf runs."""

LATEST_TIME = 1e11
"""Largest valid time, in seconds."""

_HEAD = re.compile(
    rb"\s*(?P<comm>.{0,256}?)\s+(?P<pid>-?\d+)(?:/(?P<tid>-?\d+))?\s+"
    rb"(?:\[(?P<cpu>\d+)\]\s+)?(?:[A-Za-z.?]{1,5}\s+)?(?:(?P<time>\d{1,12}\.\d{1,9}):)"
    rb"(?:\s+(?P<period>\d+)(?=\s+\S+:(?:\s|$)))?(?:\s+(?P<event>\S+?):(?=\s|$))?(?P<rest>.*)"
)
_UNTIMED_HEAD = re.compile(
    rb"\s*(?P<comm>.{0,256}?)\s+(?P<pid>-?\d+)(?:/(?P<tid>-?\d+))?\s+"
    rb"(?:\[(?P<cpu>\d+)\]\s+)?(?:(?P<period>\d+)\s+)?(?P<event>[A-Za-z]\S*?):(?=\s|$)(?P<rest>.*)"
)
_RECORD = re.compile(rb".*?\bPERF_RECORD_([A-Z_0-9]+)")
_LOST = re.compile(rb"\bPERF_RECORD_LOST(?:_SAMPLES)?\b[^0-9]*?lost[^0-9]*(\d{1,18})")
_OFFSET = re.compile(r"\+0x[0-9a-f]+$")
_KERNEL_OBJECT = re.compile(r"\[(?:guest\.)?kernel\.|vmlinux(?:[-.].*)?$")
_ADDRESS = re.compile(rb"[0-9a-fA-F]{1,16}$")


class Head(NamedTuple):
    """Head of a sample.

    Parameters
    ----------
    comm
        The thread's name.
    time
        Seconds of the recording's clock; ``None`` if the output has no time.
    event
        Name of the event, without the colon after it; empty if the output has no event.
    period
        Whether the line has a period.
    rest
        The following text of the line: a stack of one frame, or the arguments of a tracepoint.
    """

    comm: str
    time: float | None
    period: bool
    event: bytes
    rest: bytes


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
    match = _HEAD.match(line) or _UNTIMED_HEAD.match(line)
    if match is None:
        return None
    groups = match.groupdict()
    time = groups.get("time")
    return Head(
        comm=match["comm"].decode("utf-8", "replace"),
        time=None if time is None else float(time),
        period=match["period"] is not None,
        event=match["event"] or b"",
        rest=match["rest"].strip(),
    )


def parse_lost(line: bytes) -> int | None:
    """Return the number of samples in a line about lost samples; 0 for other records, ``None`` for any other line."""
    match = _LOST.search(line)
    if match is not None:
        return int(match[1])
    return 0 if b"PERF_RECORD_" in line and _RECORD.match(line) else None


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
