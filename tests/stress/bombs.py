"""Small files that are made to take gigabytes or minutes, each read by a command of its own.

``python -m tests.stress.bombs`` prints seconds, megabytes and the answer of each, and exits 1 if one takes more than
5 s of CPU time or 500 MB, or has no answer of one line. ``DURONB_LIMITS`` raises the limits.
"""

from __future__ import annotations

import gzip
import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

MOST_SECONDS, MOST_MEGABYTES = 5, 500
_ADDRESS_SPACE = 9 << 30
_LARGEST_TIME = 60
_FORK = get_context("fork")
_RECORDED = min(Path(__file__).parents[2].glob("notebooks/data/releases/native_*"))


def _log(piece: bytes, size: int) -> Callable[[Path], None]:
    def write(run: Path) -> None:
        with pa.OSFile(str(run / "stress.log.zst"), "wb") as sink, pa.CompressedOutputStream(sink, "zstd") as stream:
            for _ in range(size // len(piece)):
                stream.write(piece)

    return write


def _tree(nodes: int, name: str) -> Callable[[Path], None]:
    def write(run: Path) -> None:
        parent = np.zeros(nodes, dtype=np.int32)
        parent[0] = -1
        frame = pa.array(np.ones(nodes, dtype=np.int32) - (parent < 0), pa.int32())
        texts = pa.DictionaryArray.from_arrays(frame, pa.array(["all", name]))
        module = pa.DictionaryArray.from_arrays(pa.array(np.zeros(nodes, dtype=np.int32)), pa.array([""]))
        pq.write_table(
            pa.table({"parent": parent, "name": texts, "module": module}), run / "frames.parquet", compression="zstd"
        )

    return write


def _rows(rows: int) -> Callable[[Path], None]:
    def write(run: Path) -> None:
        old = pq.read_table(run / "samples.parquet", use_threads=False)
        pq.write_table(old.take(pa.array(np.zeros(rows, dtype=np.int64))), run / "samples.parquet", compression="zstd")

    return write


def _threads(run: Path) -> None:
    old = pq.read_table(run / "samples.parquet", use_threads=False)
    facts = json.loads(old.schema.metadata[b"duronb"])
    facts["threads"] += [f"t{number}" for number in range(1_000_000)]
    pq.write_table(old.replace_schema_metadata({b"duronb": json.dumps(facts).encode()}), run / "samples.parquet")


def _newlines(path: Path) -> None:
    with gzip.open(path, "wb") as file:
        file.write(b"main;a 1\nmain;b 2\n" * 20_000)
        for _ in range(4096):
            file.write(b"\n" * 2**20)


def _deep(path: Path) -> None:
    path.write_text("main;a 1\n" * 1000 + ";".join(f"f{frame}" for frame in range(400_000)) + " 5\n")


def _wide(path: Path) -> None:
    path.write_text("".join(f"t;{';'.join([f's{k}', *(f'f{f % 50}' for f in range(3000))])} 5\n" for k in range(900)))


BOMBS: dict[str, tuple[Callable[[Path], None], tuple[str, ...]]] = {
    "log of 2 GB of zeros": (_log(bytes(2**20), 2**31), ("show", "--bottlenecks")),
    "log of 1 GB of lines": (_log(b"x" * 63 + b"\n", 2**30), ("show", "--bottlenecks")),
    "10 M nodes, name of 200": (_tree(10_000_000, "n" * 200), ("show",)),
    "100 k nodes, name of 60,000": (_tree(100_000, "n" * 60_000), ("show",)),
    "20 M rows": (_rows(20_000_000), ("show",)),
    "1 M threads": (_threads, ("export",)),
    "gzip of 4 GB of newlines": (_newlines, ("import",)),
    "400,000 frames in a stack": (_deep, ("import",)),
    "900 stacks of 3,000 frames": (_wide, ("import",)),
}


def measured(arguments: list[str], environment: dict[str, str]) -> tuple[float, float, int, int, str]:
    """Return seconds of CPU, megabytes, exit status, lines and text of a command under limits of its resources."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
        resource.setrlimit(resource.RLIMIT_CPU, (_LARGEST_TIME, _LARGEST_TIME))

    process = subprocess.Popen(
        [sys.executable, "-m", "duronb", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        preexec_fn=limit,  # noqa: PLW1509  # this process has no threads
    )
    assert process.stdout is not None
    text = process.stdout.read().decode("utf-8", "replace").strip()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    last = text.splitlines()[-1] if text else ""
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, process.returncode, text.count("\n") + 1, last


def main() -> int:
    """Make each bomb, read it, and print the table."""
    failed = 0
    with TemporaryDirectory() as directory:
        for number, (name, (make, verb)) in enumerate(BOMBS.items()):
            place = Path(directory, str(number))
            place.mkdir()
            environment = os.environ | {"DURONB_STORE": f"{place}/store", "DURONB_CACHE": f"{place}/cache"}
            target, arguments = place / "file", ["import", f"{place}/file", "bomb"]
            if verb != ("import",):
                target = Path(shutil.copytree(_RECORDED, place / "store" / _RECORDED.name))
                arguments = [verb[0], target.name, *verb[1:], *([f"{place}/x.html"] if verb[0] == "export" else [])]
            # In a process of its own: a command begins with the memory of the process that starts it.
            maker = _FORK.Process(target=make, args=(target,))
            maker.start()
            maker.join()
            if maker.exitcode:
                raise RuntimeError(f"{name} could not be made")
            begun = monotonic()
            seconds, megabytes, status, lines, text = measured(arguments, environment)
            good = seconds <= MOST_SECONDS and megabytes <= MOST_MEGABYTES and status in {0, 2}
            failed += not good
            print(
                f"{name:28} {seconds:5.1f} s CPU {monotonic() - begun:5.1f} s {megabytes:5.0f} MB, status {status}, "
                f"{lines} lines: {text[:110]}{'' if good else '  FAILED'}",
                flush=True,
            )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
