"""The value that a comparison returns: verdicts in words, table, interval plot and differential flamegraph."""

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
    """Comparison of two groups of runs, with a verdict for each stage.

    As the last value of a notebook cell it shows verdict, interval plot, table and differential flamegraph.
    ``print`` writes it as text.

    Parameters
    ----------
    result
        Result of the statistical tests.
    series
        The A/B series whose complete blocks are compared. ``None`` if the runs do not belong to one A/B.
    others
        Further runs of the store, from which a differential of one or two runs a side estimates the noise.
    """

    def __init__(
        self, result: ComparisonResult, series: Series | None = None, others: Sequence[RunRecord] = ()
    ) -> None:
        self.result = result
        self.series = series
        self.others = others

    @property
    def verdict(self) -> Overall:
        """Worst verdict of all stages, or ``not comparable``.

        Verdicts are ``improved``, ``regressed``, ``differs``, ``equivalent`` and ``inconclusive``.
        """
        return self.result.verdict

    @property
    def names(self) -> tuple[str, str]:
        """Names of both sides: their labels, if these differ."""
        return side_names(self.result)

    @property
    def title(self) -> str:
        """Both names on one line."""
        return comparison_title(self.result)

    @property
    def sentence(self) -> str:
        """Summary of all stages in one sentence."""
        return summary(self.result, self.names)

    @property
    def sentences(self) -> list[str]:
        """Sentences about each stage: values, interval and verdict, then failures and notices."""
        return sentences(self.result)

    @property
    def stages(self) -> Sequence[StageComparison]:
        """The comparison of each stage."""
        return self.result.stages

    @property
    def before(self) -> Runs:
        """Compared runs of the side ``before``."""
        return _runs(self.result.before)

    @property
    def after(self) -> Runs:
        """Compared runs of the side ``after``."""
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
        known = ", ".join(quoted(stage.stage) for stage in self.stages)
        remedy = f"Choose {known}." if known else "Compare runs that are comparable and have stages."
        raise RequestError(f"The comparison has no stage {quoted(name)}.", remedy)

    def gate(self) -> Gate:
        """Return the gate of ``duronb check`` for this comparison."""
        from duronb.analysis.comparison.gate import gate

        return gate(self.result)

    def plot(self) -> Figure:
        """Return the interval plot, a Bokeh figure with one row per stage.

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
        """Return the functions that changed, with their statistical tests.

        Parameters
        ----------
        stage
            Compare only this stage. ``None`` for all stages.
        unit
            ``cpu_ms_per_orchestration`` or ``share``. ``None`` chooses the first if it is known for every run.

        Raises
        ------
        RequestError
            There is no such stage, or the runs of one side have no samples.
        """
        from duronb.analysis.differential.differential import differential

        before, after, timing = self.result.before, self.result.after, self.result.timing
        return differential(before, after, stage=stage, unit=unit, others=self.others, timing=timing)

    def flamegraph(self, stage: str | None = None, *, unit: Unit | None = None) -> DifferentialDisplay:
        """Return the differential flamegraph. Significant changes are coloured; everything else is grey.

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
        """Return the comparison without its samples as plain JSON values."""
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
        """Write the comparison to one HTML page that works offline and can be printed.

        Parameters
        ----------
        path
            Path of the page. ``None`` for ``BEFORE_AFTER.html`` in the working directory, named after both sides.

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
            Result of ``duronb check``. ``None`` leaves its section out.

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
        """Whether at least one stage was compared and both sides have samples."""
        from duronb.views.comparison.display import has_samples

        return has_samples(self.result)

    def functions_text(self, width: int | None = None) -> str:
        """Return the functions that changed as text for a terminal; empty if the runs have no samples."""
        from duronb.views.kit.table_text import bullet, terminal_width

        if not self.has_samples:
            return ""
        columns = terminal_width() if width is None else width
        try:
            return self.flamegraph().text(columns)
        except DuronbError as error:
            return bullet(str(error), columns, "! ")

    def text(self, width: int | None = None) -> str:
        """Return the comparison as text for a terminal that is ``width`` columns wide."""
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
