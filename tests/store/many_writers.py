"""Many processes store runs in one store, while another one lists it: ``python -m tests.store.many_writers URL``.

For S3, give the server in ``AWS_ENDPOINT_URL``, ``AWS_ACCESS_KEY_ID`` and ``AWS_SECRET_ACCESS_KEY``.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from duronb.store import open_store
from duronb.store.places.claim import CLAIM
from tests import ROOT
from tests.store.runs import log_file, run_of, small_profile

FILES = {"Cargo.lock", "frames.parquet", "run.json", "samples.parquet", "stress.log.zst"}


def write(url: str, writer: int, runs: int) -> None:
    """Store runs that all have the same time, so that every id is disputed."""
    store = open_store(url)
    with tempfile.TemporaryDirectory() as directory:
        for number in range(runs):
            name = f"{writer}.{number}"
            log = log_file(Path(directory), f"{name}\n".encode())
            run = run_of(f"shared{number}", name=name)
            stored = store.save(
                run, small_profile(), log=log, cargo_lock=name.encode(), svg=f"<svg>{name}</svg>".encode()
            )
            print(name, stored.id, flush=True)


def watch(url: str) -> int:
    """List the store until the standard input ends. Return 1 at the first listing that shows anything damaged."""
    import select

    store, listings = open_store(url), 0
    while not select.select([sys.stdin], [], [], 0.05)[0]:
        store.runs()
        listings += 1
        if store.damaged:
            print(f"damaged: {store.damaged[:2]}", flush=True)
            return 1
    print(f"{listings} listings", flush=True)
    return 0


def verify(url: str, told: dict[str, str]) -> dict[str, int]:
    """Compare what the writers were told with what is stored."""
    store = open_store(url)
    found = {str(run.subject.name): run for run in store.runs()}
    torn = 0
    for name, run in found.items():
        place = store.place
        torn += not (
            told.get(name) == run.id
            and run.log == f"{name}\n".encode()
            and place.read(run.id, "Cargo.lock") == name.encode()
            and run.profile.samples == 6
            and set(place.files(run.id)) - {CLAIM} == FILES
        )
    pictures = Counter(name for name in store.place.files("") if name.endswith(".svg"))
    strays = len(set(store.place.names()) ^ {run.id for run in found.values()})
    strays += len(set(pictures) ^ {f"{run.id}.svg" for run in found.values()})
    return {"whole": len(found) - torn, "lost": len(set(told) - set(found)), "torn": torn, "strays": strays}


def main(arguments: list[str] | None = None) -> int:
    """Run the writers and print what was found. Return 1 if anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--role", default="main", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.role == "watch":
        return watch(given.url)
    if given.role != "main":
        write(given.url, int(given.role), given.runs)
        return 0
    started = time.monotonic()
    command = [sys.executable, "-m", "tests.store.many_writers", given.url, "--runs", str(given.runs), "--role"]
    watcher = subprocess.Popen([*command, "watch"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    writers = [
        subprocess.Popen([*command, str(number)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for number in range(given.processes)
    ]
    told: dict[str, str] = {}
    for writer in writers:
        for line in writer.communicate()[0].splitlines():
            name, stored = line.split()
            told[name] = stored
    failed = sum(writer.returncode != 0 for writer in writers)
    listings = watcher.communicate("end\n")[0].strip()
    failed += watcher.returncode != 0
    result = verify(given.url, told)
    print(f"{result}; {failed} processes failed; {listings}; {time.monotonic() - started:.0f} s")
    expected = given.processes * given.runs
    right = {"whole": expected, "lost": 0, "torn": 0, "strays": 0}
    return int(failed > 0 or result != right or len(told) != expected)


if __name__ == "__main__":
    sys.exit(main())
