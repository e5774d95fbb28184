"""The value that displays the time budget of a run: a table, and a sentence per stage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, overload

from duronb.analysis.bottlenecks.time_budget import StageBudget
from duronb.views.kit.escape import markup, visible
from duronb.views.kit.markup import output_html, table_html
from duronb.views.kit.numbers import NONE, at_most, number, share
from duronb.views.kit.printer import Printer
from duronb.views.kit.table import Table
from duronb.views.kit.table_text import table_text, terminal_width


class TimeBudget(Sequence[StageBudget]):
    """Time budget of each stage: a sequence of rows that displays itself as a table.

    Parameters
    ----------
    rows
        Budgets of the stages, in the order in which the stages ran.
    """

    def __init__(self, rows: Sequence[StageBudget]) -> None:
        self._rows = list(rows)

    @overload
    def __getitem__(self, at: int) -> StageBudget: ...
    @overload
    def __getitem__(self, at: slice) -> list[StageBudget]: ...
    def __getitem__(self, at: int | slice) -> StageBudget | list[StageBudget]:
        return self._rows[at]

    def __len__(self) -> int:
        return len(self._rows)

    def to_json(self) -> list[dict[str, Any]]:
        """Return every stage as plain JSON values."""
        return [row.to_json() for row in self._rows]

    def __str__(self) -> str:
        if not self._rows:
            return "There are no stages."
        return "\n".join([table_text(self._table(), terminal_width()), "", *self._sentences()])

    __repr__ = __str__

    def _repr_pretty_(self, printer: Printer, cycle: bool) -> None:  # noqa: ARG002
        printer.text(str(self))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:  # noqa: ARG002
        sentences = "".join(f"<p>{markup(sentence)}</p>" for sentence in self._sentences())
        body = table_html(self._table()) + sentences if self._rows else "<p>There are no stages.</p>"
        return {"text/plain": str(self), "text/html": output_html(body)}

    def _sentences(self) -> Iterator[str]:
        for row in self._rows:
            if row.sentence:
                yield f"{visible(row.stage)}: {row.sentence}"

    def _table(self) -> Table:
        rows = [
            [
                row.stage,
                number(row.wall_seconds, 1),
                number(row.core_seconds, 1),
                number(row.on_cpu_seconds, 2),
                number(row.on_cpu_cores, 2),
                number(row.dispatcher_seconds, 1),
                at_most(number(row.backoff_seconds, 1), imputed=row.backoff_imputed),
                at_most(
                    NONE if row.backoff_share is None else share(row.backoff_share, 1.0), imputed=row.backoff_imputed
                ),
                number(row.other_seconds, 1),
            ]
            for row in self._rows
        ]
        columns = ["stage", "wall s", "core s", "on-CPU s", "cores used", "dispatcher s", "back-off s", "%", "other s"]
        return Table("Time budget, per stage", columns, rows, notes=BUDGET_NOTES)


BUDGET_NOTES = {
    "core s": "wall time times number of processors",
    "on-CPU s": "CPU time of the workload's process, from the samples",
    "dispatcher s": "wall time times number of dispatchers",
    "back-off s": "time that dispatchers slept because the database was locked; ≤ with a part that no log line states",
    "other s": "remaining time of the dispatchers: working, or waiting for SQLite's threads or for work",
}
