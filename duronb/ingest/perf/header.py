"""Parser of the comment lines that ``perf script --header`` prints before the samples."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FIELDS = {
    "kernel": re.compile(r"# os release\s*: (.*)"),
    "perf_version": re.compile(r"# perf version\s*: (.*)"),
    "cpu": re.compile(r"# cpudesc\s*: (.*)"),
    "command": re.compile(r"# cmdline\s*: (.*)"),
    "clock": re.compile(r"# clockid: (\S+)"),
}
_EVENT = re.compile(r"# event\s*: name = ([^,\s]+)")
_FREQUENCY = re.compile(r"\bsample_freq\s*(?:\}|)\s*=\s*(\d{1,9})")
_REFERENCE = re.compile(r"# reference time: .*?= (\d{1,12}\.\d+) \(TOD\) = (\d{1,12}\.\d+) \(")
LONGEST_VALUE = 4096


@dataclass(slots=True)
class PerfHeader:
    """Values stated in the header; ``None`` for missing ones.

    Parameters
    ----------
    event
        The first event recorded, with its modifiers.
    frequency_hz
        Requested sampling frequency in Hz.
    clock
        Name of the clock of the time stamps, such as ``monotonic``.
    clock_offset
        Seconds to add to a time stamp to get Unix time.
    """

    kernel: str | None = None
    perf_version: str | None = None
    cpu: str | None = None
    command: str | None = None
    event: str | None = None
    frequency_hz: float | None = None
    clock: str | None = None
    clock_offset: float | None = None

    def feed(self, line: str) -> None:
        """Parse one comment line. Unknown lines are ignored."""
        line = line[:LONGEST_VALUE].rstrip()
        for field, pattern in _FIELDS.items():
            match = pattern.match(line)
            if match is not None:
                setattr(self, field, match[1].strip())
                return
        match = _EVENT.match(line)
        if match is not None and self.event is None:
            self.event = match[1]
            # With `perf record -c` the same field is the number of events between samples, not a frequency.
            frequency = _FREQUENCY.search(line) if ", freq = 1" in line else None
            self.frequency_hz = float(frequency[1]) if frequency is not None else None
            return
        match = _REFERENCE.match(line)
        if match is not None:
            self.clock_offset = float(match[1]) - float(match[2])
