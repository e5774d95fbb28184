"""The value that displays the bottlenecks of a run: text for a terminal, bars and tables for notebooks and pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any, overload
from weakref import WeakKeyDictionary

from duronb.analysis.bottlenecks.assignment import Assignment
from duronb.analysis.bottlenecks.bucket import UNKNOWN, Catalogue
from duronb.analysis.bottlenecks.diagnosis import Bottleneck, bottlenecks
from duronb.analysis.bottlenecks.time_budget import StageBudget, time_budget
from duronb.errors import RequestError
from duronb.model.profile import Profile
from duronb.model.run import RunRecord
from duronb.model.stage import OUTSIDE
from duronb.options.remedy import command
from duronb.quoting import quoted
from duronb.views.bottlenecks.advice import advice_html, advice_text, stage_name, wrapped
from duronb.views.bottlenecks.bars import bars_html
from duronb.views.bottlenecks.tables import cost_text, stage_table
from duronb.views.flamegraph.catalogue import display_catalogue
from duronb.views.flamegraph.display_tree import DisplayTree
from duronb.views.kit.data_frame import data_frame
from duronb.views.kit.markup import notices_html, output_html, table_html
from duronb.views.kit.numbers import share
from duronb.views.kit.printer import Printer
from duronb.views.kit.table import Table
from duronb.views.kit.table_text import table_text, terminal_width

ADVISED = 3
"""Number of buckets for which a short display shows advice."""

OWN_ADVICE = frozenset({"harness", UNKNOWN})
"""Buckets that users do not optimise. Only full displays show advice on them."""


class Bottlenecks(Sequence[Bottleneck]):
    """CPU time of each stage by bucket: a sequence of rows that displays itself as bars, tables and advice.

    Parameters
    ----------
    rows
        Rows stage by stage; within a stage, the most CPU time first.
    catalogue
        The catalogue of the buckets.
    budgets
        Time budget of each stage.
    """

    def __init__(self, rows: Sequence[Bottleneck], catalogue: Catalogue, budgets: Sequence[StageBudget] = ()) -> None:
        self._rows = list(rows)
        self.catalogue = catalogue
        self.budgets = [budget for budget in budgets if budget.stage in {row.stage for row in rows}]

    @classmethod
    def of(
        cls, run: RunRecord, profile: Profile, assignment: Assignment, stage: str | None = None, frames: int = 3
    ) -> Bottlenecks:
        """Diagnose a run whose nodes are already assigned to buckets.

        Parameters
        ----------
        run
            The run.
        profile
            Its samples, on the tree of ``assignment``.
        assignment
            Bucket of each node.
        stage
            Diagnose only this stage. ``None`` for all stages.
        frames
            Number of frames to list per bucket.
        """
        rows = bottlenecks(run, stage=stage, profile=profile, assignment=assignment, frames=frames)
        return cls(rows, assignment.catalogue, time_budget(run))

    @overload
    def __getitem__(self, at: int) -> Bottleneck: ...
    @overload
    def __getitem__(self, at: slice) -> list[Bottleneck]: ...
    def __getitem__(self, at: int | slice) -> Bottleneck | list[Bottleneck]:
        return self._rows[at]

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def stages(self) -> dict[str | None, list[Bottleneck]]:
        """Rows by stage."""
        return {stage: list(rows) for stage, rows in groupby(self._rows, key=lambda row: row.stage)}

    @property
    def advice(self) -> list[Bottleneck]:
        """One row per bucket with advice, from the stage where its share is largest. The largest share comes first.

        Buckets with evidence in the log come before all others, because shares do not count time spent waiting.
        """
        best: dict[str, Bottleneck] = {}
        for row in self._rows:
            if row.fixes and (row.bucket not in best or _weight(row) > _weight(best[row.bucket])):
                best[row.bucket] = row
        return sorted(best.values(), key=_weight, reverse=True)

    def to_json(self) -> dict[str, Any]:
        """Return catalogue, rows and time budgets as plain JSON values."""
        return {
            "catalogue": None if self.catalogue.source is None else str(self.catalogue.source),
            "rows": [asdict(row) for row in self._rows],
            "time_budget": [budget.to_json() for budget in self.budgets],
        }

    def to_pandas(self) -> Any:
        """Return a pandas data frame with a row per stage and bucket.

        Raises
        ------
        HostError
            pandas is not installed.
        """
        names = ("stage", "bucket", "title", "samples", "share", "cpu_ms_per_orchestration")
        return data_frame([{name: getattr(row, name) for name in names} for row in self._rows], names)

    def summary(self) -> dict[str, Any]:
        """Return the table of buckets and stages with its sentences, as a payload contains it."""
        table = self._overview()
        return {"columns": table.columns, "rows": table.rows, "remarks": self._sentences()}

    def text(self, width: int | None = None, advised: int | None = ADVISED) -> str:
        """Return the bottlenecks as text for a terminal.

        Parameters
        ----------
        width
            Columns of the terminal. ``None`` for the width of the current terminal.
        advised
            Largest number of buckets with advice. ``None`` for all.
        """
        columns = terminal_width() if width is None else width
        blocks = [table_text(stage_table(rows), columns) for rows in self.stages.values()]
        for stage, rows in self.stages.items():
            lines = [f"! {item}" for row in rows for item in row.evidence]
            lines += [f"! {budget.sentence}" for budget in self.budgets if budget.stage == stage and budget.sentence]
            if lines:
                blocks.append("\n".join([stage_name(stage), *(wrapped(line, columns) for line in lines)]))
        blocks += [advice_text(row, columns) for row in self.advice[:advised]]
        if advised is not None and len(self.advice) > advised:
            others = ", ".join(row.bucket for row in self.advice[advised:])
            blocks.append(
                wrapped(
                    f"There is advice on {others}, too: {command('show', 'RUN', '--bucket', 'NAME')}, or"
                    f" {command('show', 'RUN', '--bottlenecks', '--all')}.",
                    columns,
                )
            )
        return "\n\n".join(blocks) if self._rows else "There are no samples to diagnose."

    def bucket_text(self, bucket: str, width: int | None = None) -> str:
        """Return one bucket as text for a terminal: its cost and evidence in each stage, and what to try.

        Parameters
        ----------
        bucket
            Id of the bucket.
        width
            Columns of the terminal. ``None`` for the width of the current terminal.

        Raises
        ------
        RequestError
            The catalogue has no such bucket.
        """
        columns = terminal_width() if width is None else width
        known = {each.id: each for each in self.catalogue.buckets}
        if bucket not in known:
            raise RequestError(f"{quoted(bucket)} is not a bucket.", f"Choose {', '.join(known)}.")
        rows = [row for row in self._rows if row.bucket == bucket]
        if not rows:
            return f"{known[bucket].title}: no samples and no evidence."
        lines = [
            f"{stage_name(row.stage)}: {cost_text(row)}{''.join(f'; {item}' for item in row.evidence)}" for row in rows
        ]
        return "\n\n".join(["\n".join(wrapped(line, columns) for line in lines), advice_text(rows[0], columns)])

    def __str__(self) -> str:
        return self.text()

    __repr__ = __str__

    def _repr_pretty_(self, printer: Printer, cycle: bool) -> None:  # noqa: ARG002
        printer.text(str(self))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:  # noqa: ARG002
        return {"text/plain": str(self), "text/html": output_html(self.html(web=True))}

    def html(self, *, short: bool = False, links: bool = False, web: bool = False) -> str:
        """Return bars, table and advice as HTML, to be placed inside an element of class ``duronb-output``.

        Parameters
        ----------
        short
            Whether to leave out the frames of each bucket and all advice except the first ``ADVISED``.
        links
            Whether names of buckets are links that highlight them in the flamegraph of the page.
        web
            Whether references are links. A page that works offline only names them.
        """
        if not self._rows:
            return "<p>There are no samples to diagnose.</p>"
        advice = [row for row in self.advice if row.bucket not in OWN_ADVICE][:ADVISED] if short else self.advice
        drivers = "" if short else table_html(self._drivers())
        parts = [
            bars_html(self._shares(), self.catalogue, links=links),
            table_html(self._overview()),
            notices_html(self._sentences()),
            f"<details><summary>What drives each bottleneck</summary>{drivers}</details>" if drivers else "",
            f"<details{' open' if web else ''}><summary>What to try</summary>" if advice else "",
            *(advice_html(row, web=web) for row in advice),
            "</details>" if advice else "",
        ]
        return "".join(parts)

    def _sentences(self) -> list[str]:
        return [f"{stage_name(each.stage)}: {each.sentence}" for each in self.budgets if each.sentence]

    def _shares(self) -> dict[str, list[tuple[int, float]]]:
        index = self.catalogue.index
        return {
            stage_name(stage): sorted((index(row.bucket), row.share) for row in rows)
            for stage, rows in self.stages.items()
        }

    def _overview(self) -> Table:
        """Return CPU time per orchestration and share of samples: a row per bucket, a column per stage."""
        stages = self.stages
        cells = {(row.stage, row.bucket): cost_text(row) for row in self._rows}
        order = sorted({row.bucket for row in self._rows}, key=lambda bucket: -self._largest(bucket))
        titles = {row.bucket: row.title for row in self._rows}
        known = any(row.cpu_ms_per_orchestration is not None for row in self._rows)
        what = "CPU-ms per completed orchestration, and share of the stage's samples" if known else "share of samples"
        return Table(
            f"Where the CPU time goes: {what}",
            ["bottleneck", *map(stage_name, stages)],
            [[titles[bucket], *(cells.get((stage, bucket), "–") for stage in stages)] for bucket in order],
        )

    def _largest(self, bucket: str) -> float:
        """Return a bucket's largest share of any stage, where samples outside the stages weigh next to nothing."""
        return max(row.share * (1e-6 if row.stage == OUTSIDE else 1) for row in self._rows if row.bucket == bucket)

    def _drivers(self) -> Table:
        rows = [
            [
                row.title,
                stage_name(row.stage),
                ", ".join(f"{frame.name} {share(frame.samples, row.samples)}" for frame in row.claimed_by),
                ", ".join(f"{frame.name} {share(frame.samples, row.samples)}" for frame in row.runs),
            ]
            for row in self._rows
            if row.samples
        ]
        return Table(
            "Frames that assign samples to a bucket, and functions that run in it, with their share of the bucket",
            ["bottleneck", "stage", "claimed by", "runs"],
            rows,
            text_columns=frozenset({0, 1, 2, 3}),
        )


# Payload, page and notebook output of a run all show its diagnosis, which takes longer than everything else they do.
# The cache is not a field of the run, because records do not depend on displays.
_diagnosed: WeakKeyDictionary[RunRecord, tuple[DisplayTree, Bottlenecks]] = WeakKeyDictionary()


def shown_bottlenecks(run: RunRecord, tree: DisplayTree) -> Bottlenecks:
    """Return the diagnosis of a run on its display tree, from the cache if possible."""
    catalogue, _ = display_catalogue()
    known = _diagnosed.get(run)
    if known is None or known[0] is not tree or known[1].catalogue is not catalogue:
        known = _diagnosed[run] = (tree, Bottlenecks.of(run, tree.profile, tree.buckets(catalogue)))
    return known[1]


def _weight(row: Bottleneck) -> tuple[bool, bool, float]:
    """Return the sort key of advice: larger for what matters more."""
    return row.bucket not in OWN_ADVICE, row.stage != OUTSIDE, row.share + (1.0 if row.evidence else 0.0)
