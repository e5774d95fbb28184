"""Runs as the user holds them: a record with its displays, and the table of many."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from duronb.analysis.bottlenecks.bucket import Catalogue
from duronb.analysis.bottlenecks.catalogue import load_catalogue
from duronb.analysis.bottlenecks.time_budget import time_budget
from duronb.errors import RequestError, StoreError
from duronb.model.run import RunRecord
from duronb.request import shown as quoted
from duronb.views.bottlenecks import Bottlenecks
from duronb.views.buckets import tree_buckets
from duronb.views.data_frame import data_frame
from duronb.views.display_tree import DisplayTree, display_tree
from duronb.views.export import export
from duronb.views.folded import folded
from duronb.views.header import frequency_hz, frequency_known, title_text
from duronb.views.hot import HotFrames
from duronb.views.markup import standalone_html
from duronb.views.notebook import mimebundle
from duronb.views.payload import payload_json, payload_of
from duronb.views.state import ViewState, view_state
from duronb.views.tables import Table, hot_frames, runs_table
from duronb.views.text import run_text, table_text, terminal_width
from duronb.views.time_budget import TimeBudget

if TYPE_CHECKING:
    from duronb.views.flamegraph import Flamegraph
    from duronb.views.widget import FlamegraphWidget

MOST_ROWS = 50
"""Runs that a table shows unless more are asked for."""
_NO_RUNS = "No runs are stored here yet."


class _Printer(Protocol):
    def text(self, text: str) -> None: ...


@dataclass(frozen=True, eq=False, repr=False)
class Run(RunRecord):
    """One profiled execution of the workload, with its displays.

    As the last value of a notebook cell it shows header, metrics and an interactive flamegraph; printed, a text.
    """

    @classmethod
    def of(cls, record: RunRecord) -> Run:
        """Give a record its displays; what it has read is shared, what it has not stays unread."""
        if isinstance(record, cls):
            return record
        run = object.__new__(cls)
        vars(run).update(vars(record))
        return run

    @cached_property
    def _display_tree(self) -> DisplayTree:
        try:
            return display_tree(self.profile)
        except LookupError:
            raise StoreError(f"Run {self.id} carries no samples.") from None

    def flamegraph(
        self,
        stage: str | None = None,
        *,
        thread: str | None = None,
        seconds: tuple[float, float] | None = None,
        inverted: bool = False,
        color: str = "kind",
        search: str = "",
        zoom: Sequence[str] = (),
        theme: str = "auto",
        height: int | None = None,
        min_share: float = 0.0,
        **state: Any,
    ) -> Flamegraph:
        """Return the interactive flamegraph: a Bokeh model that draws as a cell's value, in ``show`` and in layouts.

        Parameters
        ----------
        stage, thread, seconds
            Selected at first; the graph holds all samples. ``seconds`` is a half-open range after the first sample.
        inverted
            Begin with what runs and its callers.
        color
            ``kind``, ``safe`` for colour-blind readers, ``module``, ``self`` or ``plain``.
        search
            Regular expression to highlight.
        zoom
            Frame names from below the root to the frame to zoom to.
        theme
            ``auto``, ``light`` or ``dark``.
        height
            Pixels.
        min_share
            Leave out nodes with less than this share of all samples; the graph says how many.
        **state
            More of the first state, see ``duronb.views.state.ViewState``.

        Raises
        ------
        RequestError
            No such stage, thread, theme, colouring or state, or a share outside of 0 to 1.
        """
        from duronb.views.flamegraph import HEIGHT, Flamegraph

        if theme not in ("auto", "light", "dark"):
            raise RequestError(f"theme cannot be {quoted(theme)}.", "Choose auto, light or dark.")
        if inverted:
            state.setdefault("view", "inverted")
        state |= {"stage": stage, "thread": thread, "seconds": seconds}
        view = view_state(state | {"color": color, "search": search, "zoom": list(zoom)})
        payload = self._payload(view, min_share)
        return Flamegraph(
            payload=payload_json(payload), theme=theme, height=HEIGHT if height is None else height, **view.to_json()
        )

    def widget(self, stage: str | None = None, **options: Any) -> FlamegraphWidget:
        """Return the flamegraph as a widget: what is shown can be read and set, see ``duronb.views.widget``.

        Parameters
        ----------
        stage, **options
            As for ``flamegraph``.

        Raises
        ------
        RequestError
            As for ``flamegraph``.
        """
        from duronb.views.widget import FlamegraphWidget

        model = self.flamegraph(stage, **options)
        return FlamegraphWidget(model.payload, theme=model.theme, height=options.get("height"), **model.state)

    def _payload(self, view: ViewState, min_share: float) -> dict[str, Any]:
        self._check_stage(view.stage)
        if view.thread is not None and view.thread not in self.profile.threads:
            raise RequestError(
                f"Run {self.id} has no thread {quoted(view.thread)}.",
                f"Choose {', '.join(map(quoted, self.profile.threads[:8]))}.",
            )
        if not 0 <= min_share <= 1:
            raise RequestError(f"min_share cannot be {quoted(min_share)}.", "Give a part of the whole, 0 to 1.")
        shown = self._display_tree if min_share == 0 else display_tree(self.profile, min_share=min_share)
        return payload_of(
            shown, title=title_text(self), state=view.to_json(), run=self, frequency_known=frequency_known(self)
        )

    def hot_frames(self, n: int = 20, *, stage: str | None = None) -> HotFrames:
        """Return the functions with the most self samples: a table, and a list of plain objects.

        Parameters
        ----------
        n
            How many.
        stage
            Count only samples of this stage.

        Raises
        ------
        RequestError
            No such stage.
        """
        self._check_stage(stage)
        shown = self._display_tree
        return HotFrames(hot_frames(shown, n, stage), int(shown.profile.self_counts(stage).sum()), stage)

    def bottlenecks(
        self, stage: str | None = None, catalogue: str | os.PathLike[str] | Catalogue | None = None
    ) -> Bottlenecks:
        """Say where the CPU time of each stage goes, what drives it, what the log says, and what to try.

        Parameters
        ----------
        stage
            Only this one.
        catalogue
            Path of a TOML file of the user's own that is merged into duronb's catalogue of bottlenecks; by default
            the one that ``DURONB_BOTTLENECKS`` names, else ``.duronb/bottlenecks.toml`` of the working directory.

        Returns
        -------
        A sequence of ``duronb.analysis.bottlenecks.Bottleneck``, the most CPU time first within each stage.

        Raises
        ------
        RequestError
            No such stage, or the catalogue is wrong.
        StoreError
            The run carries no samples.
        """
        self._check_stage(stage)
        found, profile = load_catalogue(catalogue), self._display_tree.profile
        return Bottlenecks.of(self, profile, tree_buckets(profile.tree, found), stage)

    def time_budget(self) -> TimeBudget:
        """Say how much of each stage's time the CPU samples explain, and what dispatchers slept in lock back-off."""
        return TimeBudget(time_budget(self))

    def folded(self, stage: str | None = None, *, thread_names: bool = True) -> str:
        """Return folded stacks, a line per distinct stack, names as recorded.

        Raises
        ------
        RequestError
            No such stage.
        """
        self._check_stage(stage)
        return "".join(f"{line}\n" for line in folded(self.profile, stage, thread_names=thread_names))

    def export(self, path: str | os.PathLike[str], *, stage: str | None = None) -> Path:
        """Write the run to a file whose ending says the format.

        ``.html`` ``.svg`` ``.folded`` ``.txt`` ``.json`` ``.speedscope.json`` ``.pb.gz`` ``.pprof`` ``.firefox.json``

        Raises
        ------
        RequestError
            Another ending, or no such stage.
        HostError
            The file cannot be written.
        """
        self._check_stage(stage)
        return export(self, path, stage)

    def report(self, path: str | os.PathLike[str] | None = None) -> Path:
        """Write one HTML page with everything about the run, which opens offline and prints.

        Parameters
        ----------
        path
            Where; a file of the working directory that is called after the run when ``None``.

        Returns
        -------
        The path written.

        Raises
        ------
        HostError
            The file cannot be written, or the JavaScript is not built.
        """
        from duronb.views.report import run_report, written

        return written(run_report(self), path, self.id)

    def text(self, *, top: int = 12, stage: str | None = None) -> str:
        """Return the run as text for a terminal, with so many of the hottest functions, of one stage or all."""
        self._check_stage(stage)
        return run_text(self, shown=self._shown_or_none(), top=top, stage=stage)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<Run {self.id}, {self.status}>"

    def _repr_pretty_(self, printer: _Printer, cycle: bool) -> None:
        printer.text(repr(self) if cycle else str(self))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:  # noqa: ARG002
        return mimebundle(self)

    def _shown_or_none(self) -> DisplayTree | None:
        try:
            return self._display_tree
        except StoreError:
            return None

    def _check_stage(self, stage: str | None) -> None:
        if stage is None:
            return
        names = [each.name for each in self.stages]
        with suppress(LookupError):
            names = list(dict.fromkeys([*names, *self.profile.stages]))
        if stage not in names:
            raise RequestError(
                f"Run {self.id} has no stage {quoted(stage)}.",
                f"Choose {', '.join(names) or 'none: it has no stages'}.",
            )


class Runs(list[Run]):
    """Several runs: a list, and a table of the first of them where it is shown."""

    def text(self, most: int | None = MOST_ROWS) -> str:
        """Return a table for a terminal, of so many runs or, with ``None``, of all."""
        if not self:
            return _NO_RUNS
        text = table_text(self._table(most), terminal_width())
        if most is not None and len(self) > most:
            text += f"\n… and {len(self) - most:,} more: duronb runs --all, or a label to see only its runs."
        return text

    def __str__(self) -> str:
        return self.text()

    __repr__ = __str__

    def _repr_pretty_(self, printer: _Printer, cycle: bool) -> None:  # noqa: ARG002
        printer.text(str(self))

    def _repr_html_(self) -> str:
        if not self:
            return f"<p>{_NO_RUNS}</p>"
        html = standalone_html(self._table(MOST_ROWS))
        if len(self) > MOST_ROWS:
            html += f"<p>… and {len(self) - MOST_ROWS:,} more: <code>.to_pandas()</code> has all of them.</p>"
        return html

    def _table(self, most: int | None) -> Table:
        table = runs_table(self[:most])
        return table if most is None else replace(table, caption=f"Stored runs: {len(self):,}")

    def to_pandas(self) -> Any:
        """Return a pandas data frame with a row per run and stage; a run without stages has one row.

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
            "subject": run.subject.get("name"),
            "git_sha": run.subject.get("git_sha"),
        }
        if not run.stages:
            yield about
        for stage in run.stages:
            figures = stage.to_json()
            figures["stage"] = figures.pop("name")
            yield {
                **about,
                **figures,
                **stage.derived(frequency_hz(run)),
            }
