"""Short commands in parallel, under load. Each must end with its own status, not with that of an aborted thread.

``python -m tests.stress.exits --commands 1000`` prints the wrong statuses, and exits 1 if there are any.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

_BUSY = "while True: pass"
_DURONB = (sys.executable, "-m", "duronb")


def _stacks(path: Path) -> None:
    draw = random.Random(1)
    lines = (";".join(["main", *(f"f{draw.randrange(300)}" for _ in range(20))]) for _ in range(3000))
    path.write_text("".join(f"{line} {count + 1}\n" for count, line in enumerate(lines)))


def statuses(commands: int, parallel: int) -> Counter[tuple[str, int]]:
    """Return how often each verb ended with which status, where 0 was right; refusals must end with 2."""
    with TemporaryDirectory() as directory:
        stacks = Path(directory, "c.folded")
        _stacks(stacks)
        environment = os.environ | {"DURONB_STORE": f"{directory}/store", "DURONB_CACHE": f"{directory}/cache"}

        def run(arguments: Sequence[str], expected: int = 0) -> tuple[str, int]:
            ended = subprocess.run([*_DURONB, *arguments], env=environment, capture_output=True, check=False)
            return arguments[0], 0 if ended.returncode == expected else ended.returncode

        run(("import", str(stacks), "first"))
        kinds: list[tuple[Sequence[str], int]] = [
            (("import", str(stacks), "ab"), 0),
            (("show", "first"), 0),
            (("import", str(stacks), "ab"), 0),
            (("export", "first", f"{directory}/{{}}.folded"), 0),
            (("show", "nothing"), 2),
        ]
        given = [
            ([word.format(number) for word in kinds[number % len(kinds)][0]], kinds[number % len(kinds)][1])
            for number in range(commands)
        ]
        with ThreadPoolExecutor(parallel) as pool:
            return Counter(pool.map(lambda each: run(*each), given))


def main() -> int:
    """Run the commands beside two busy processes, and print the statuses."""
    parser = argparse.ArgumentParser(prog="python -m tests.stress.exits")
    parser.add_argument("--commands", type=int, default=1000)
    parser.add_argument("--parallel", type=int, default=4)
    options = parser.parse_args()
    busy = [subprocess.Popen([sys.executable, "-c", _BUSY]) for _ in range(2)]
    begun = monotonic()
    try:
        found = statuses(options.commands, options.parallel)
    finally:
        for each in busy:
            each.kill()
            each.wait()
    wrong = {key: number for key, number in found.items() if key[1]}
    print(f"{sum(found.values())} commands in {monotonic() - begun:.0f} s, {sum(wrong.values())} wrong statuses")
    for (verb, status), number in sorted(found.items()):
        print(f"{verb:8} status {status:4}: {number}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
