"""One measurement in a process of its own: ``python -m tests.benchmarks.child KIND FILE [TO]``; prints JSON.

The seconds are those of the work alone: the interpreter's start and the imports are over by then.
"""

from __future__ import annotations

import argparse
import cProfile
import io
import json
import pstats
import sys
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

from duronb.ingest.folded.lines import read_folded
from duronb.ingest.samples import read_samples
from duronb.model.profile import Profile
from tests.benchmarks.resident import resident_megabytes

_CHUNK = 1 << 20
_LINES = 15


def perf(path: Path) -> Profile:
    """Read perf script text into a call tree that keeps time and thread."""
    return read_samples(_chunks(path), "perf").profile([], 999.0)


def folded(path: Path) -> Profile:
    """Read folded text into arrays."""
    return read_folded(_chunks(path)).profile(999.0)


def page(path: Path) -> str:
    """Go from the end of a recording to the page that draws it."""
    from tests.benchmarks.pages import duronb_page

    return duronb_page(read_samples(_chunks(path), "perf").profile([], 999.0), "Benchmark")


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _profiled(work: Callable[[], object]) -> str:
    profiler = cProfile.Profile()
    profiler.runcall(work)
    text = io.StringIO()
    pstats.Stats(profiler, stream=text).strip_dirs().sort_stats("tottime").print_stats(_LINES)
    lines = text.getvalue().splitlines()
    return "\n".join(line.rstrip() for line in lines if line.strip() and "Ordered by" not in line)


def main() -> None:
    """Measure once."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.child")
    parser.add_argument("kind", choices=("perf", "folded", "page"))
    parser.add_argument("file", type=Path)
    parser.add_argument("--to", type=Path, help="where the page goes")
    parser.add_argument("--profile", action="store_true", help="print where the time goes instead")
    given = parser.parse_args()
    work: dict[str, Callable[[Path], Profile | str]] = {"perf": perf, "folded": folded, "page": page}
    # What is imported where it is used is imported before the clock starts.
    for name in ("pyarrow.compute", *(["tests.benchmarks.pages"] if given.kind == "page" else [])):
        import_module(name)
    if given.profile:
        print(_profiled(lambda: work[given.kind](given.file)))
        return
    started = time.perf_counter()
    result = work[given.kind](given.file)
    seconds = time.perf_counter() - started
    found: dict[str, float | None] = {"seconds": seconds, "peak_mb": resident_megabytes()}
    if isinstance(result, Profile):
        found |= {"samples": result.samples, "nodes": len(result.tree)}
    elif given.to is not None:
        given.to.write_text(result, encoding="utf-8")
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
