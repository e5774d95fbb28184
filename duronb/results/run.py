"""The value that displays a run: its record with flamegraph, tables, files and reports."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from duronb.analysis.bottlenecks.bucket import Catalogue
from duronb.analysis.bottlenecks.catalogue import load_catalogue
from duronb.analysis.bottlenecks.time_budget import time_budget
from duronb.errors import StoreError
from duronb.model.event import Weighting
from duronb.model.events.choice import with_event
from duronb.model.run import RunRecord
from duronb.results.flamegraph import Drawing, FlamegraphOptions, MoreState, Theme, drawing_of
from duronb.results.hot_frames import HotFrames
from duronb.results.stages import check_stage
from duronb.views.bottlenecks.diagnosis import Bottlenecks
from duronb.views.bottlenecks.time_budget import TimeBudget
from duronb.views.flamegraph.display_tree import DisplayTree, display_tree_of
from duronb.views.flamegraph.hot_frames import hot_frames
from duronb.views.flamegraph.state import Coloring
from duronb.views.formats.export import export
from duronb.views.formats.folded import folded
from duronb.views.kit.printer import Printer
from duronb.views.live.run_bundle import run_bundle
from duronb.views.run.text import run_text

if TYPE_CHECKING:
    from duronb.views.live.bokeh_model import Flamegraph
    from duronb.views.live.widget import FlamegraphWidget


class Run(RunRecord):
    """One stored, profiled execution of the workload that displays itself.

    As the last value of a notebook cell it shows header, metrics and an interactive flamegraph. ``print`` writes it
    as text.
    """

    @classmethod
    def of(cls, record: RunRecord) -> Run:
        """Return a run for a record. It shares the parts that were already read and reads the others when needed."""
        if isinstance(record, cls):
            return record
        return cls(
            id=record.id,
            status=record.status,
            created=record.created,
            tool_version=record.tool_version,
            parts=record.parts,
            location=record.location,
            files=record.files,
        )

    @cached_property
    def _display_tree(self) -> DisplayTree:
        try:
            return display_tree_of(self)
        except LookupError:
            raise StoreError(f"Run {self.id} has no samples.") from None

    def with_event(self, event: str | None = None, weight: Weighting | None = None) -> Run:
        """Return the run with another event of its recording shown; see ``duronb.load``, also for the errors."""
        try:
            return with_event(self, event, weight)
        except LookupError:
            raise StoreError(f"Run {self.id} has no samples.") from None

    def flamegraph(
        self,
        stage: str | None = None,
        *,
        event: str | None = None,
        weight: Weighting | None = None,
        thread: str | None = None,
        seconds: tuple[float, float] | None = None,
        inverted: bool = False,
        color: Coloring = "kind",
        search: str = "",
        zoom: Sequence[str] = (),
        theme: Theme = "auto",
        height: int | None = None,
        min_share: float = 0.0,
        **state: Unpack[MoreState],
    ) -> Flamegraph:
        """Return the interactive flamegraph, a Bokeh model for cells, ``show`` and layouts.

        Parameters
        ----------
        stage, thread, seconds
            The initial selection; ``None`` for all. The graph contains all samples. ``seconds`` is a half-open range,
            counted from the first sample.
        event, weight
            What to show of a recording with several events or with periods; see ``duronb.load``.
        inverted
            Show the inverted call tree: functions with self samples first, their callers above them.
        color
            ``kind``, ``safe`` for colour-blind readers, ``module``, ``self`` or ``plain``.
        search
            Regular expression to highlight.
        zoom
            Frame names from below the root to the frame to zoom to.
        theme
            ``auto``, ``light`` or ``dark``.
        height
            Height in pixels. ``None`` for the default.
        min_share
            Leave out nodes with less than this share of all samples, from 0 to 1. The graph shows how many.
        **state
            Other fields of the initial state, see ``duronb.ViewState``.

        Raises
        ------
        RequestError
            There is no such stage, event, thread, theme, colouring or state field, or ``min_share`` is not from 0 to 1.
        """
        from duronb.views.live.bokeh_model import HEIGHT, Flamegraph

        options: FlamegraphOptions = {
            "event": event,
            "weight": weight,
            "thread": thread,
            "seconds": seconds,
            "inverted": inverted,
            "color": color,
            "search": search,
            "zoom": zoom,
            "theme": theme,
            "height": height,
            "min_share": min_share,
            **state,
        }
        drawing = self._drawing(stage, options)
        height = HEIGHT if height is None else height
        return Flamegraph.of(*drawing.source, theme=drawing.theme, height=height, **drawing.state)

    def widget(self, stage: str | None = None, **options: Unpack[FlamegraphOptions]) -> FlamegraphWidget:
        """Return the flamegraph as a widget whose state can be read and set, see ``duronb.views.live.widget``.

        Parameters
        ----------
        stage, **options
            As for ``flamegraph``.

        Raises
        ------
        RequestError
            As for ``flamegraph``.
        """
        from duronb.views.live.widget import FlamegraphWidget

        drawing = self._drawing(stage, options)
        height = options.get("height")
        return FlamegraphWidget.of(*drawing.source, theme=drawing.theme, height=height, **drawing.state)

    def _drawing(self, stage: str | None, options: FlamegraphOptions) -> Drawing:
        run = self.with_event(options.get("event"), options.get("weight"))
        check_stage(run, stage)
        tree = self._display_tree if run is self else display_tree_of(run)
        return drawing_of(run, tree, stage, options)

    def hot_frames(self, n: int = 20, *, stage: str | None = None) -> HotFrames:
        """Return the functions with the most self samples, a list that displays itself as a table.

        Parameters
        ----------
        n
            Maximum number of functions.
        stage
            Count only samples of this stage. ``None`` for all stages.

        Raises
        ------
        RequestError
            There is no such stage.
        """
        check_stage(self, stage)
        shown = self._display_tree
        return HotFrames(hot_frames(shown, n, stage), int(shown.profile.self_counts(stage).sum()), stage)

    def bottlenecks(
        self, stage: str | None = None, catalogue: str | os.PathLike[str] | Catalogue | None = None
    ) -> Bottlenecks:
        """Return the bottlenecks of each stage: CPU time by bucket, causes, evidence in the log and advice.

        Parameters
        ----------
        stage
            Diagnose only this stage. ``None`` for all stages.
        catalogue
            Path of a TOML file that is merged into duronb's catalogue of buckets. ``None`` for the file that
            ``DURONB_BOTTLENECKS`` names, else ``.duronb/bottlenecks.toml`` in the working directory.

        Returns
        -------
        A sequence of ``duronb.analysis.bottlenecks.Bottleneck``; within each stage, the most CPU time first.

        Raises
        ------
        RequestError
            There is no such stage, or the catalogue is invalid.
        StoreError
            The run has no samples.
        """
        check_stage(self, stage)
        tree = self._display_tree
        return Bottlenecks.of(self, tree.profile, tree.buckets(load_catalogue(catalogue)), stage)

    def time_budget(self) -> TimeBudget:
        """Return how much of each stage's wall time CPU time and lock back-off of the dispatchers explain."""
        return TimeBudget(time_budget(self))

    def folded(self, stage: str | None = None, *, thread_names: bool = True) -> str:
        """Return folded stacks: one line per distinct stack, with names as recorded.

        Raises
        ------
        RequestError
            There is no such stage.
        """
        check_stage(self, stage)
        return "".join(f"{line}\n" for line in folded(self.profile, stage, thread_names=thread_names))

    def export(self, path: str | os.PathLike[str], *, stage: str | None = None) -> Path:
        """Write the run to a file. The extension of its name selects the format.

        ``.html`` ``.svg`` ``.folded`` ``.txt`` ``.json`` ``.speedscope.json`` ``.pb.gz`` ``.pprof`` ``.firefox.json``
        ``.otlp`` ``.otlp.json``, both experimental

        Raises
        ------
        RequestError
            The extension is not one of these, or there is no such stage.
        HostError
            The file cannot be written.
        """
        check_stage(self, stage)
        return export(self, path, stage)

    def report(self, path: str | os.PathLike[str] | None = None) -> Path:
        """Write the run to one HTML page that works offline and can be printed.

        Parameters
        ----------
        path
            Path of the page. ``None`` for a file in the working directory, named after the run.

        Returns
        -------
        The path of the file.

        Raises
        ------
        HostError
            The file cannot be written, or the JavaScript is not built.
        """
        from duronb.views.kit.files import write_page
        from duronb.views.reports.reports import run_report

        return write_page(run_report(self), path, self.id)

    def text(self, *, top: int = 12, stage: str | None = None) -> str:
        """Return the run as text for a terminal.

        Parameters
        ----------
        top
            Number of hottest functions.
        stage
            Count only samples of this stage. ``None`` for all stages.

        Raises
        ------
        RequestError
            There is no such stage.
        """
        check_stage(self, stage)
        return run_text(self, shown=self._display_tree_or_none(), top=top, stage=stage)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<Run {self.id}, {self.status}>"

    def _repr_pretty_(self, printer: Printer, cycle: bool) -> None:
        printer.text(repr(self) if cycle else str(self))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:  # noqa: ARG002
        return run_bundle(self, self._display_tree if self.files.has_profile else None)

    def _display_tree_or_none(self) -> DisplayTree | None:
        try:
            return self._display_tree
        except StoreError:
            return None
