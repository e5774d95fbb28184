"""The two kinds of line in ``perf script`` output: the head of a sample and a frame of its stack."""

from __future__ import annotations

import re
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
    text = rest.decode("utf-8", "replace").strip()
    symbol, module = _split_object(text)
    symbol = _OFFSET.sub("", symbol.strip()) or UNKNOWN
    module = module_name(module)
    kernel = module == KERNEL or int(address, 16) >= KERNEL_ADDRESS
    return Frame(symbol, module, kernel)


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
    if symbol and module.count(")") == 1 and "(" not in module:
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
