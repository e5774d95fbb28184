"""The value that displays several runs: a list that shows itself as a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from duronb.model.stage import COUNTED_BY_KERNEL
from duronb.options.remedy import command
from duronb.results.run import Run
from duronb.views.kit.data_frame import data_frame
from duronb.views.kit.escape import markup, visible
from duronb.views.kit.markup import standalone_html
from duronb.views.kit.printer import Printer
from duronb.views.kit.table import Table
from duronb.views.kit.table_text import table_text, terminal_width
from duronb.views.run.header import frequency_hz
from duronb.views.run.tables import runs_table

MOST_ROWS = 50
"""Default maximum number of runs in a table."""
_NO_RUNS = "No runs are stored here yet."


class Runs(list[Run]):
    """A list of runs that displays its first ``MOST_ROWS`` as a table."""

    nothing = _NO_RUNS
    """The sentence that an empty list shows."""

    def text(self, most: int | None = MOST_ROWS) -> str:
        """Return a table for a terminal with at most ``most`` runs, or with all for ``None``."""
        if not self:
            return visible(self.nothing)
        text = table_text(self._table(most), terminal_width())
        if most is not None and len(self) > most:
            text += f"\n… and {len(self) - most:,} more. List all with {command('runs', '--all')}, or give a label."
        return text

    def __str__(self) -> str:
        return self.text()

    __repr__ = __str__

    def _repr_pretty_(self, printer: Printer, cycle: bool) -> None:  # noqa: ARG002
        printer.text(str(self))

    def _repr_html_(self) -> str:
        if not self:
            return f"<p>{markup(self.nothing)}</p>"
        html = standalone_html(self._table(MOST_ROWS))
        if len(self) > MOST_ROWS:
            html += f"<p>… and {len(self) - MOST_ROWS:,} more. <code>.to_pandas()</code> returns all.</p>"
        return html

    def _table(self, most: int | None) -> Table:
        table = runs_table(self[:most])
        return table if most is None else replace(table, caption=f"Stored runs: {len(self):,}")

    def to_pandas(self) -> Any:
        """Return a pandas data frame with one row per run and stage, and one row for a run without stages.

        Raises
        ------
        HostError
            pandas is not installed.
        """
        return data_frame(_records(self))


def _records(runs: Iterable[Run]) -> Iterable[dict[str, Any]]:
    for run in runs:
        about = {
            "run": run.id,
            "label": run.label,
            "created": run.created,
            "engine": run.engine,
            "status": run.status,
            "subject": run.subject.name,
            "git_sha": run.subject.git_sha,
        }
        if not run.stages:
            yield about
        for stage in run.stages:
            figures = dict.fromkeys(COUNTED_BY_KERNEL) | stage.to_json()
            figures["stage"] = figures.pop("name")
            yield {
                **about,
                **figures,
                **stage.derived(frequency_hz(run)),
            }
