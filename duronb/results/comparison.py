"""A comparison as the user holds it: verdicts in words, a table, an interval plot, a differential flamegraph."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duronb.analysis.comparison.compare import ComparisonResult, Overall
from duronb.analysis.comparison.stage import StageComparison
from duronb.errors import DuronbError, RequestError
from duronb.model.run import RunRecord
from duronb.quoting import quoted
from duronb.views.comparison.json import comparison_json, comparison_records
from duronb.views.comparison.sentences import comparison_title, sentences, side_names, summary
from duronb.views.kit.data_frame import data_frame
from duronb.views.kit.printer import Printer

if TYPE_CHECKING:
    from bokeh.plotting import figure as Figure  # noqa: N812 - it is a class

    from duronb.analysis.comparison.gate import Gate
    from duronb.analysis.differential.differential import Differential, Unit
    from duronb.capture.ab.series import Series
    from duronb.results.differential import DifferentialDisplay
    from duronb.results.runs import Runs
    from duronb.views.differential.content import DifferentialSource


class Comparison:
    """Two groups of runs: a verdict per stage, and what it rests on.

    As the last value of a notebook cell it shows verdict, interval plot, table and differential flamegraph; printed, a
    text.

    Parameters
    ----------
    result
        What the statistics say.
    series
        The A/B whose complete blocks are compared; ``None`` for other runs.
    """

    def __init__(self, result: ComparisonResult, series: Series | None = None) -> None:
        self.result = result
        self.series = series

    @property
    def verdict(self) -> Overall:
        """``improved``, ``regressed``, ``equivalent``, ``inconclusive``, or ``not comparable``; the worst stage's."""
        return self.result.verdict

    @property
    def names(self) -> tuple[str, str]:
        """What the sides are called: their labels where these differ."""
        return side_names(self.result)

    @property
    def title(self) -> str:
        """Both names on one line."""
        return comparison_title(self.result)

    @property
    def sentence(self) -> str:
        """One sentence on the whole."""
        return summary(self.result, self.names)

    @property
    def sentences(self) -> list[str]:
        """A sentence for each stage, with figures, intervals and what limits belief in them."""
        return sentences(self.result)

    @property
    def stages(self) -> Sequence[StageComparison]:
        """The comparison of each stage."""
        return self.result.stages

    @property
    def before(self) -> Runs:
        """The runs before that were compared."""
        return _runs(self.result.before)

    @property
    def after(self) -> Runs:
        """The runs after that were compared."""
        return _runs(self.result.after)

    def stage(self, name: str) -> StageComparison:
        """Return the comparison of one stage.

        Raises
        ------
        RequestError
            There is no such stage.
        """
        for stage in self.stages:
            if stage.stage == name:
                return stage
        known = ", ".join(quoted(stage.stage) for stage in self.stages) or "none: nothing was compared"
        raise RequestError(f"The comparison has no stage {quoted(name)}.", f"Choose {known}.")

    def gate(self) -> Gate:
        """Judge the runs after as ``duronb check`` does."""
        from duronb.analysis.comparison.gate import gate

        return gate(self.result)

    def plot(self) -> Figure:
        """Return the interval plot: a Bokeh figure, a row per stage.

        Raises
        ------
        RequestError
            Nothing was compared.
        """
        from duronb.views.comparison.plot import interval_figure

        if not self.stages:
            raise RequestError(self.sentence)
        return interval_figure(self.result)

    def differential(self, stage: str | None = None, *, unit: Unit | None = None) -> Differential:
        """Return which functions changed, with their tests.

        Parameters
        ----------
        stage
            Only this one.
        unit
            ``cpu_ms_per_orchestration`` or ``share``; the first where every run tells it, when ``None``.

        Raises
        ------
        RequestError
            No such stage, or the runs of a side carry no samples.
        """
        from duronb.analysis.differential.differential import differential

        return differential(self.result.before, self.result.after, stage=stage, unit=unit)

    def flamegraph(self, stage: str | None = None, *, unit: Unit | None = None) -> DifferentialDisplay:
        """Return the differential flamegraph: what became dearer or cheaper, grey where that may be noise.

        Parameters
        ----------
        stage, unit
            As for ``differential``.

        Raises
        ------
        RequestError
            As for ``differential``.
        """
        from duronb.results.differential import DifferentialDisplay

        source = self._differential_source(stage, unit)
        return DifferentialDisplay(source.payload, source.content)

    def _differential_source(self, stage: str | None = None, unit: Unit | None = None) -> DifferentialSource:
        from duronb.views.differential.payload import differential_source

        before, after = self.names
        found = self.differential(stage, unit=unit)
        return differential_source(found, title=self.title, before_title=before, after_title=after)

    def to_json(self) -> dict[str, Any]:
        """Return everything but the samples as plain JSON values."""
        return comparison_json(self.result)

    def to_pandas(self) -> Any:
        """Return a pandas data frame with a row per stage.

        Raises
        ------
        HostError
            pandas is not installed.
        """
        return data_frame(comparison_records(self.result))

    def report(self, path: str | os.PathLike[str] | None = None) -> Path:
        """Write one HTML page with everything, which opens offline and prints.

        Parameters
        ----------
        path
            Where; ``before_after.html`` in the working directory when ``None``.

        Raises
        ------
        HostError
            The file cannot be written, or the JavaScript is not built.
        """
        from duronb.views.kit.files import write_page

        return write_page(self.report_html(), path, "_".join(self.names))

    def report_html(self, gate: Gate | None = None) -> str:
        """Return the page that ``report`` writes.

        Parameters
        ----------
        gate
            What ``duronb check`` says of the comparison.

        Raises
        ------
        HostError
            The JavaScript is not built.
        """
        from duronb.views.reports.reports import comparison_report

        differential: DifferentialSource | str = ""
        if self.stages:
            try:
                differential = self._differential_source()
            except DuronbError as error:
                differential = str(error)
        return comparison_report(self.result, differential, gate)

    @property
    def has_samples(self) -> bool:
        """Whether something was compared, and runs of both sides carry samples."""
        from duronb.views.comparison.display import has_samples

        return has_samples(self.result)

    def functions_text(self, width: int | None = None) -> str:
        """Return which functions changed as text for a terminal; empty where the runs carry no samples."""
        from duronb.views.kit.table_text import bullet, terminal_width

        if not self.has_samples:
            return ""
        columns = terminal_width() if width is None else width
        try:
            return self.flamegraph().text(columns)
        except DuronbError as error:
            return bullet(str(error), columns, "! ")

    def text(self, width: int | None = None) -> str:
        """Return the comparison as text for a terminal with so many columns."""
        from duronb.views.comparison.display import comparison_text

        return comparison_text(self.result, width)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<Comparison {self.title}, {self.verdict}>"

    def _repr_pretty_(self, printer: Printer, cycle: bool) -> None:
        printer.text(repr(self) if cycle else str(self))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:  # noqa: ARG002
        from duronb.views.comparison.display import comparison_bundle, no_differential_html

        differential = ""
        if self.has_samples:
            try:
                differential = self.flamegraph().output()
            except DuronbError as error:
                differential = no_differential_html(str(error))
        return comparison_bundle(self.result, differential)


def _runs(records: Sequence[RunRecord]) -> Runs:
    from duronb.results.run import Run
    from duronb.results.runs import Runs

    return Runs(map(Run.of, records))
