"""The value that displays a history: a plot in a notebook, a sparkline and a table in a terminal."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duronb.analysis.history.trend import Trend
from duronb.views.history.json import history_json, history_records
from duronb.views.history.marks import Marks, marks
from duronb.views.history.picture import HOSTS, history_svg
from duronb.views.history.sentences import caption, host_names, metric_text, sentences, title_of
from duronb.views.history.text import history_text, subjects_table
from duronb.views.kit.data_frame import data_frame
from duronb.views.kit.escape import markup
from duronb.views.kit.files import replace_file
from duronb.views.kit.markup import notices_html, output_html, still_html, table_html
from duronb.views.kit.printer import Printer

if TYPE_CHECKING:
    from bokeh.plotting import figure as Figure  # noqa: N812 - it is a class


class History:
    """History of one metric of one stage over all comparable runs.

    As the last value of a notebook cell it shows an interactive plot, the level changes in words and a table.
    ``print`` writes it as text.

    Parameters
    ----------
    trend
        The host histories and how they are ordered.
    tags
        Run id of each tag.
    """

    def __init__(self, trend: Trend, tags: Mapping[str, str] | None = None) -> None:
        self.trend = trend
        self.tags: dict[str, list[str]] = {}
        for name, run_id in (tags or {}).items():
            self.tags.setdefault(run_id, []).append(name)

    @property
    def title(self) -> str:
        """Metric and stage."""
        return title_of(self.trend)

    @property
    def sentences(self) -> list[str]:
        """Sentences about the level changes and the newest runs."""
        return sentences(self.trend)

    def __len__(self) -> int:
        return sum(len(series.runs) for series in self.trend.series)

    def __str__(self) -> str:
        return history_text(self.trend)

    def __repr__(self) -> str:
        return f"<{self.title}: {len(self):,} runs>"

    def _repr_pretty_(self, printer: Printer, cycle: bool) -> None:
        printer.text(repr(self) if cycle else str(self))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:  # noqa: ARG002
        from duronb.views.live.embed import interactive_html

        return {"text/plain": str(self), "text/html": output_html(self._html(interactive_html))}

    def plot(self) -> Figure:
        """Return the interactive plot as a Bokeh figure."""
        from duronb.views.history.plot import history_figure

        return history_figure(self._marks, metric_text(self.trend.metric))

    def to_json(self) -> dict[str, Any]:
        """Return runs, subjects and level changes as plain JSON values."""
        return history_json(self.trend, self.tags)

    def to_pandas(self) -> Any:
        """Return a pandas data frame with a row per run.

        Raises
        ------
        HostError
            pandas is not installed.
        """
        return data_frame(history_records(self.trend, self.tags))

    def export(self, path: str | os.PathLike[str]) -> Path:
        """Write an HTML page that works offline. A click on a run opens its flamegraph if that is on the same disk.

        Raises
        ------
        HostError
            The file cannot be written.
        """
        from duronb.views.history.page import history_page, page_graph

        target = Path(path).expanduser()
        body = self._body(page_graph, beside=target.absolute().parent)
        replace_file(target, history_page(self.title, body).encode("utf-8", "replace"))
        return target

    @property
    def _marks(self) -> Marks:
        return marks(self.trend, self.tags)

    def _html(self, embed: Callable[[Any, str], str]) -> str:
        """Return the heading and the body as HTML."""
        heading = f'<p style="font-size:15px;font-weight:600;margin:0 0 2px"><bdi>{markup(self.title)}</bdi></p>'
        return heading + self._body(embed)

    def _body(self, embed: Callable[[Any, str], str], beside: Path | None = None) -> str:
        """Return plot, sentences and table as HTML.

        Parameters
        ----------
        embed
            Returns HTML for a Bokeh model and the HTML of its static picture.
        beside
            Directory of the page, for links to pictures of runs. ``None`` for no links.
        """
        parts = [
            f'<p class="duronb-hint"><bdi>{markup(caption(self.trend))}</bdi></p>',
            *(
                f'<p class="duronb-hint"><span style="color:{HOSTS["light"][index % len(HOSTS["light"])]}">●</span>'
                f" <bdi>{markup(text, 300)}</bdi></p>"
                for index, text in enumerate(host_names(self.trend))
            ),
        ]
        if len(self):
            parts += [self._graph(embed, beside), notices_html(self.sentences), table_html(subjects_table(self.trend))]
        else:
            parts += [f"<p>{markup(text, 2000)}</p>" for text in self.sentences]
        return "".join(parts)

    def _graph(self, embed: Callable[[Any, str], str], beside: Path | None) -> str:
        from duronb.views.history.plot import history_figure

        shown = self._marks
        pick = secrets.token_hex(8)
        alt = f"{self.title}. {caption(self.trend)} {' '.join(self.sentences[:6])}"
        still = still_html(history_svg(shown, self.title), alt)
        plot = history_figure(shown, metric_text(self.trend.metric), pick=pick, beside=beside)
        omitted = ""
        if len(shown.dots) < shown.runs:
            omitted = (
                f" Only {len(shown.dots):,} of {shown.runs:,} runs are drawn: the lowest, middle and highest value of"
                " each section. All values and level changes are computed from all runs."
            )
        return (
            f'{embed(plot, still)}<p class="duronb-hint" data-duronb-pick="{pick}">Hover over a run to see its'
            f" details, click it to select it.{omitted}</p>"
        )
