"""From the end of a recording to the drawn graph: the text of 5,000 samples, its page, the browser."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.benchmarks.figures import Row, summary
from tests.benchmarks.goals import GOALS
from tests.benchmarks.parsing import child
from tests.benchmarks.recorded import first_samples
from tests.benchmarks.tools import DURONB
from tests.benchmarks.visit import visit

SAMPLES = 5_000
PAGE = "drawn.html"
_INPUT = "5k samples"


def drawn_rows(text: Path, site: Path, base: str, rounds: int, seconds: float) -> list[Row]:
    """Measure both halves in turn and add them up, round by round.

    Parameters
    ----------
    text
        perf script text.
    site, base
        The served directory and its address.
    rounds, seconds
        How often, and how long a step may take.
    """
    samples = first_samples(text, site / "drawn.perf", SAMPLES)
    written, loaded = [], []
    for _ in range(rounds):
        _, found = child("page", samples, "--to", str(site / PAGE))
        seen = asyncio.run(visit(DURONB, f"{base}/{PAGE}", (), (), seconds=seconds))
        load = seen.figures.get("load")
        if load:
            written.append(float(found["seconds"]))
            loaded.append(load[0] / 1000)
    title = f"{SAMPLES:,} samples of perf"
    whole = [first + second for first, second in zip(written, loaded, strict=True)]
    parts = {"recorded to drawn": whole, "text to page, in Python": written, "page to drawn, in Chromium": loaded}
    rows = []
    for figure, values in parts.items():
        cell = summary(values)
        if cell is not None:
            rows.append(Row(title, figure, "s", {"duronb": cell}, GOALS.get((_INPUT, figure), [])))
    return rows
