"""The viewers in turn, round by round, on one input after the other."""

from __future__ import annotations

import asyncio
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from duronb.model.profile import Profile
from tests.benchmarks import pages
from tests.benchmarks.figures import Row, Summary, summary
from tests.benchmarks.goals import GOALS
from tests.benchmarks.peers import Peers
from tests.benchmarks.spots import PATTERNS, spots
from tests.benchmarks.synthetic import SIZES, Synthetic, synthetic
from tests.benchmarks.tools import TOOLS
from tests.benchmarks.visit import Visit, visit

CLICKS = 6
D3_UP_TO = 1_000_000
"""Nodes above which d3-flame-graph is not run: its page would be a gigabyte of nested JSON."""

_FIGURES = (
    ("load", "ms", "load"),
    ("first zoom", "ms", "first zoom"),
    ("zoom", "ms", "zoom"),
    ("zoom work", "ms", "zoom, work of the main thread"),
    ("search", "ms", "search"),
    ("hover", "ms", "hover"),
    ("heap", "MB", "heap"),
    ("process", "MB", "memory of the renderer process"),
    ("file", "MB", "file"),
)
_OWN_FIGURES = (
    ("load decode", "ms", "decoding, at load"),
    ("load layout", "ms", "layout, at load"),
    ("zoom layout", "ms", "layout, at each zoom"),
    ("zoom draw", "ms", "drawing, at each zoom"),
)


@dataclass(slots=True)
class Input:
    """One size: where each viewer finds its page, and the visits so far."""

    size: str
    nodes: int
    profile: Profile
    addresses: dict[str, str]
    megabytes: dict[str, float]
    build_seconds: float
    visits: dict[str, list[Visit]] = field(default_factory=dict)


def prepare(size: str, tools: Sequence[str], peers: Peers, site: Path, say: Callable[[str], None]) -> Input:
    """Write the pages of one size into the served directory; what peers read is kept from run to run."""
    made = synthetic(SIZES[size])
    profile = made.profile()
    files = {
        "duronb": f"{size}.html",
        "speedscope": f"{size}.folded",
        "SVG": f"{size}.svg",
        "d3-flame-graph": f"{size}-d3.html",
    }
    wanted = [tool for tool in tools if tool != "d3-flame-graph" or SIZES[size] <= D3_UP_TO]
    if not {"speedscope", "SVG"}.isdisjoint(wanted):
        write_folded(made, site / files["speedscope"])
    failures: dict[str, str] = {}
    for tool, write in (
        ("SVG", partial(pages.write_svg, peers, site / files["speedscope"])),
        ("d3-flame-graph", partial(pages.write_d3, peers, profile)),
    ):
        if tool in wanted and not (site / files[tool]).exists():
            say(f"{size}: {tool} is written")
            try:
                write(site / files[tool])
            except (OSError, MemoryError, subprocess.SubprocessError) as error:
                failures[tool] = f"not written: {type(error).__name__}"
                wanted.remove(tool)
    say(f"{size}: the page of duronb")
    started = time.perf_counter()
    text = pages.duronb_page(profile, f"{made.nodes:,} nodes")
    seconds = time.perf_counter() - started
    (site / files["duronb"]).write_text(text, encoding="utf-8")
    addresses = {tool: f"/{files[tool]}" for tool in wanted}
    if "speedscope" in addresses:
        addresses["speedscope"] = f"/speedscope/index.html#profileURL=/{files['speedscope']}"
    sizes = {tool: (site / files[tool]).stat().st_size / 1e6 for tool in wanted}
    visits = {tool: [Visit(failure=failure)] for tool, failure in failures.items()}
    return Input(size, made.nodes, profile, addresses, sizes, seconds, visits)


def write_folded(made: Synthetic, to: Path) -> None:
    """Write the folded text where it is not there yet."""
    if not to.exists():
        made.write_folded(to)


def browse(work: Input, base: str, rounds: int, seconds: float, say: Callable[[str], None]) -> None:
    """Visit every viewer once a round; one that did not finish is not asked again."""
    places = spots(work.profile, CLICKS)
    for number in range(1, rounds + 1):
        for tool, address in work.addresses.items():
            visits = work.visits.setdefault(tool, [])
            if visits and visits[-1].failure:
                continue
            done = asyncio.run(visit(TOOLS[tool], base + address, places, PATTERNS, seconds=seconds))
            visits.append(done)
            load = done.figures.get("load")
            said = done.failure or "done"
            say(
                f"{work.size}, round {number} of {rounds}, {tool}: {said}"
                + (f", load {load[0]:.0f} ms" if load else "")
            )


def rows(work: Input) -> list[Row]:
    """Sum the visits of one size up."""
    title = f"{work.nodes:,} nodes"
    found = []
    for key, unit, figure in (*_FIGURES, *_OWN_FIGURES):
        row = Row(title, figure, unit, goals=GOALS.get((work.size, "drawing" if key == "zoom draw" else key), []))
        for tool, visits in work.visits.items():
            cell = _cell(work, tool, visits, key)
            if cell is not None:
                row.cells[tool] = cell
        found.append(row)
    built = summary([work.build_seconds])
    assert built is not None
    found.append(Row(title, "profile to page, in Python", "s", {"duronb": built}))
    return found


def _cell(work: Input, tool: str, visits: Sequence[Visit], key: str) -> Summary | str | None:
    if key == "file":
        return summary([work.megabytes[tool]] if tool in work.megabytes else [])
    if key in {own for own, _, _ in _OWN_FIGURES} and tool != "duronb":
        return None
    values = summary(value for visit in visits for value in visit.figures.get(key, []))
    failures = [visit.failure for visit in visits if visit.failure]
    return values or (failures[0] if failures else None)
