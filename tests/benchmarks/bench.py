"""The whole run: one part after the other, the report written after each, so that a failure loses only its own part."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path

from duronb.errors import DuronbError
from tests.benchmarks import browser, drawn, pages, parsing, recorded
from tests.benchmarks.browse import CLICKS, browse, prepare, rows, write_folded
from tests.benchmarks.figures import Row
from tests.benchmarks.machine import machine
from tests.benchmarks.method import METHOD
from tests.benchmarks.peers import NOT_RUN, Peers, install_peers
from tests.benchmarks.profiles import browser_profiles
from tests.benchmarks.readable import readable_page
from tests.benchmarks.report import document, missed
from tests.benchmarks.spots import spots
from tests.benchmarks.synthetic import SIZES, synthetic
from tests.benchmarks.tools import TOOLS

PARTS = ("parse", "drawn", "browser")


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run.

    Parameters
    ----------
    work
        Directory of the inputs and the peers; they stay there for the next run.
    sizes, parts, tools
        Keys of ``SIZES``, of ``PARTS`` and of ``TOOLS``.
    rounds, parse_rounds
        Visits of each viewer on each size, and runs of each parser.
    seconds
        Limit of a step in the browser.
    perf
        perf script text; ``None`` to record some.
    megabytes
        Size of the recording when it is repeated.
    """

    work: Path
    sizes: list[str]
    parts: list[str]
    tools: list[str]
    rounds: int
    parse_rounds: int
    seconds: float
    perf: Path | None = None
    megabytes: int = 100

    @property
    def whole(self) -> bool:
        """Nothing is left out."""
        return (set(self.sizes), set(self.parts), set(self.tools)) == (set(SIZES), set(PARTS), set(TOOLS))


@dataclass(slots=True)
class Bench:
    """A run of a plan and what it has found so far."""

    plan: Plan
    command: str
    peers: Peers
    versions: dict[str, str]
    site: Path
    base: str
    rows: list[Row] = field(default_factory=list)
    profiles: dict[str, str] = field(default_factory=dict)

    @classmethod
    @contextmanager
    def opened(cls, plan: Plan, command: str) -> Iterator[Bench]:
        """Install the peers and serve the pages while the context lasts."""
        site = plan.work / "site"
        site.mkdir(parents=True, exist_ok=True)
        peers = install_peers(plan.work)
        pages.place_speedscope(peers, site)
        versions = {"Chromium": asyncio.run(browser.version()), **peers.versions}
        with pages.served(site) as base:
            yield cls(plan, command, peers, versions, site, base)

    def run(self) -> bool:
        """Run every part of the plan; ``False`` where one of them failed."""
        started = time.monotonic()
        whole = True
        for name, part in self._parts():
            try:
                part()
            except (DuronbError, OSError, MemoryError, ValueError, subprocess.SubprocessError):
                whole = False
                _say(f"{name} failed:\n{traceback.format_exc()}")
            _say(f"{name}: after {(time.monotonic() - started) / 60:.1f} min")
            (self.plan.work / "so-far.md").write_text(self.text(), encoding="utf-8")
            figures = json.dumps([asdict(row) for row in self.rows], indent=1)
            (self.plan.work / "rows.json").write_text(figures, encoding="utf-8")
        return whole

    def text(self) -> str:
        """Return the report of what was found so far."""
        return document(
            self.rows,
            [*TOOLS, "inferno"],
            machine=machine(self.versions),
            commands=["make bench", f"python -m tests.benchmarks {self.command}".rstrip()],
            method=METHOD,
            profiles=self.profiles,
            left_out=NOT_RUN,
        )

    def _parts(self) -> Iterator[tuple[str, Callable[[], None]]]:
        if "parse" in self.plan.parts:
            yield "perf text", self._perf
            yield "folded text", self._folded
        if "drawn" in self.plan.parts:
            yield "recorded to drawn", self._drawn
        if "browser" in self.plan.parts:
            for size in self.plan.sizes:
                yield size, partial(self._browse, size)

    def _recording(self) -> Path:
        text = recorded.recording(self.plan.work, self.plan.perf)
        if text is None:
            raise ValueError("perf does not work here; give its text with --perf")
        return text

    def _perf(self) -> None:
        text = self._recording()
        size = self.plan.megabytes * 1_000_000
        large = recorded.repeated(text, self.plan.work / f"repeated-{text.stat().st_size}-{size}.perf", size)
        for name, file in (("perf text as recorded", text), ("perf text", large)):
            found = parsing.perf_rows(name, file, self.peers.collapse, self.plan.parse_rounds)
            self.rows += found
            if missed(found):
                self.profiles[f"Python, {name}"] = parsing.python_profile("perf", file)

    def _folded(self) -> None:
        text = self.site / "1m.folded"
        write_folded(synthetic(SIZES["1m"]), text)
        found = parsing.folded_rows(text, self.plan.parse_rounds)
        self.rows += found
        if missed(found):
            self.profiles["Python, folded text of 1M nodes"] = parsing.python_profile("folded", text)

    def _drawn(self) -> None:
        plan = self.plan
        found = drawn.drawn_rows(self._recording(), self.site, self.base, plan.parse_rounds, plan.seconds)
        self.rows += found
        if missed(found):
            self.profiles["Python, 5k samples to page"] = parsing.python_profile("page", self.site / "drawn.perf")

    def _browse(self, size: str) -> None:
        work = prepare(size, self.plan.tools, self.peers, self.site, _say)
        browse(work, self.base, self.plan.rounds, self.plan.seconds, _say)
        found = rows(work)
        self.rows += found
        figures = {row.figure for row, _ in missed(found)}
        if figures and not work.visits["duronb"][-1].failure:
            page = readable_page(self.site / f"{size}.html", self.site / "readable.html")
            address = f"{self.base}/{page.name}"
            tables = asyncio.run(browser_profiles(address, spots(work.profile, CLICKS), self.plan.seconds))
            for step, table in tables.items():
                if any(step in figure for figure in figures):
                    self.profiles[f"duronb, {work.nodes:,} nodes: {step}"] = table


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
