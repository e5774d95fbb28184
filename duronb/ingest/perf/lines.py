"""The two kinds of line in ``perf script`` output: the head of a sample and a frame of its stack."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from duronb.model.build import UNKNOWN

KERNEL = "[kernel]"
INLINED = "inlined"
KERNEL_ADDRESS = 0xFFFF_8000_0000_0000
"""Addresses from here on belong to the kernel on every 64-bit system that perf runs on."""

LATEST_TIME = 1e11
"""Times beyond this, in seconds, are no times."""

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
        Seconds on the recording's clock; ``None`` where the output has none.
    event
        What was counted, without the colon behind it; empty where the output does not say.
    period
        The line has a period.
    rest
        What follows on the line: a stack of one frame, or a tracepoint's arguments.
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
        As a profile stores them.
    kernel
        It lies in the kernel, whether its name is known or not.
    """

    name: str
    module: str
    kernel: bool


def parse_head(line: bytes) -> Head | None:
    """Read the head of a sample, with any choice of fields; ``None`` for a line that is none."""
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
    """Read the number of samples from a line about lost ones; 0 for another record's line, ``None`` for none."""
    match = _LOST.search(line)
    if match is not None:
        return int(match[1])
    return 0 if b"PERF_RECORD_" in line and _RECORD.match(line) else None


def parse_frame(line: bytes) -> Frame | None:
    """Read one line of a stack: address, symbol and object; ``None`` for a line that is none."""
    address, _, rest = line.strip().partition(b" ")
    if not _ADDRESS.match(address):
        return None
    symbol, module = parse_symbol(rest)
    return Frame(symbol, module, module == KERNEL or int(address, 16) >= KERNEL_ADDRESS)


def parse_symbol(text: bytes) -> tuple[str, str]:
    """Read what is behind the address on a frame's line: symbol and object, as a profile stores them."""
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
    """Return the name of an object whose path, up to the bracket behind it, has no other bracket; else ``None``."""
    simple = b"(" not in text and text.find(b")") == len(text) - 1
    return module_name(text[:-1].decode("utf-8", "replace")) if simple else None


@lru_cache(maxsize=1024)
def module_name(path: str) -> str:
    """Return the base name of an object as perf prints it: ``[kernel]`` for the kernel, empty where unknown."""
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
