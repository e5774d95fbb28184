"""A real recording as perf script text: one that is given, or one made here; and the same repeated."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from duronb.sampling.perf import Perf, find_perf

_SECONDS = 20
_FREQUENCY_HZ = 1999


def recording(work: Path, given: Path | None) -> Path | None:
    """Return perf script text; ``None`` where none is given and perf does not work here.

    Parameters
    ----------
    work
        Where a recording that is made here is kept.
    given
        A recording to take instead.
    """
    if given is not None:
        return given
    text = work / "recorded.perf"
    if text.exists():
        return text
    perf = find_perf()
    if perf is None:
        return None
    data = work / "recorded.data"
    busy = (sys.executable, "-m", "tests.benchmarks.busy", str(_SECONDS))
    try:
        record = Perf(perf).prefix(str(data), _FREQUENCY_HZ, "fp")
        subprocess.run((*record, *busy), check=True, timeout=300, capture_output=True)
        part = text.with_suffix(".part")
        with part.open("wb") as file:
            read = Perf(perf).read_command(str(data))
            assert read is not None
            subprocess.run(read, stdout=file, stderr=subprocess.DEVNULL, check=True, timeout=300)
        part.replace(text)
    except subprocess.CalledProcessError:
        return None
    finally:
        data.unlink(missing_ok=True)
    return text


def repeated(text: Path, to: Path, size: int) -> Path:
    """Write the header once, and the samples as often as it takes to fill ``size`` bytes."""
    head, body = split_header(text.read_bytes())
    times = max(1, -(-(size - len(head)) // len(body)))
    if not to.exists() or to.stat().st_size != len(head) + times * len(body):
        part = to.with_suffix(".part")
        with part.open("wb") as file:
            file.write(head)
            for _ in range(times):
                file.write(body)
        part.replace(to)
    return to


def first_samples(text: Path, to: Path, number: int) -> Path:
    """Write the header and the first samples; all of them, and from the front again, where there are fewer."""
    head, body = split_header(text.read_bytes())
    blocks = body.rstrip(b"\n").split(b"\n\n")
    while len(blocks) < number:
        blocks = blocks + blocks
    to.write_bytes(head + b"\n\n".join(blocks[:number]) + b"\n\n")
    return to


def split_header(text: bytes) -> tuple[bytes, bytes]:
    """Cut a perf script text behind its comments; the samples end with a blank line."""
    end = 0
    while text.startswith(b"#", end):
        end = text.index(b"\n", end) + 1
    body = text[end:].strip(b"\n")
    return text[:end], (body + b"\n\n" if body else b"")
