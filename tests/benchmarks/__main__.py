"""Build the inputs, run duronb beside its peers, write the table."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tests.benchmarks.bench import PARTS, Bench, Plan
from tests.benchmarks.synthetic import SIZES
from tests.benchmarks.tools import TOOLS
from tests.benchmarks.visit import STEP_SECONDS

RESULTS = Path(__file__).with_name("RESULTS.md")
_QUICK_SIZES = ("1k", "10k")
_QUICK_MEGABYTES = 5


def main() -> None:
    """Run what is asked for; the exit status is 1 where a part of it failed."""
    plan, output = _arguments()
    with Bench.opened(plan, " ".join(_without_paths(sys.argv[1:]))) as bench:
        whole = bench.run()
        output.write_text(bench.text(), encoding="utf-8")
    sys.exit(0 if whole else 1)


def _arguments() -> tuple[Plan, Path]:
    def choice(names: tuple[str, ...]) -> Callable[[str], list[str]]:
        def several(text: str) -> list[str]:
            chosen = text.split(",")
            if not set(chosen) <= set(names):
                raise argparse.ArgumentTypeError(f"any of {','.join(names)}")
            return chosen

        return several

    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    work = Path(tempfile.gettempdir(), "duronb-bench")
    parser.add_argument("--work", type=Path, default=work, help="holds the inputs and the peers; kept")
    parser.add_argument("--sizes", type=choice(tuple(SIZES)), default=list(SIZES), help=",".join(SIZES))
    parser.add_argument("--only", type=choice(PARTS), default=list(PARTS), help=",".join(PARTS))
    parser.add_argument("--tools", type=choice(tuple(TOOLS)), default=list(TOOLS), help=",".join(TOOLS))
    parser.add_argument("--rounds", type=int, default=3, help="visits of each viewer on each size")
    parser.add_argument("--parse-rounds", type=int, default=5, help="runs of each parser")
    parser.add_argument("--seconds", type=float, default=STEP_SECONDS, help="limit of a step in the browser")
    parser.add_argument("--perf", type=Path, help="perf script text; by default a program is recorded here")
    parser.add_argument("--quick", action="store_true", help=f"only {','.join(_QUICK_SIZES)}, one round, a small text")
    parser.add_argument("--output", type=Path, help="by default RESULTS.md beside the code, for a whole run only")
    given = parser.parse_args()
    if "duronb" not in given.tools:
        parser.error("--tools needs duronb: every figure is compared with it")
    plan = Plan(
        work=given.work,
        sizes=given.sizes,
        parts=given.only,
        tools=given.tools,
        rounds=given.rounds,
        parse_rounds=given.parse_rounds,
        seconds=given.seconds,
        perf=given.perf,
    )
    if given.quick:
        plan = replace(plan, sizes=list(_QUICK_SIZES), rounds=1, parse_rounds=1, megabytes=_QUICK_MEGABYTES)
    return plan, given.output or (RESULTS if plan.whole else given.work / RESULTS.name)


def _without_paths(arguments: list[str]) -> list[str]:
    return [Path(word).name if "/" in word else word for word in arguments]


if __name__ == "__main__":
    main()
