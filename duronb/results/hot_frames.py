"""The value that displays the hottest functions of a run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from duronb.views.flamegraph.hot_frames import HotFrame
from duronb.views.kit.markup import standalone_html
from duronb.views.kit.printer import Printer
from duronb.views.kit.table_text import terminal_width
from duronb.views.run.tables import hot_table
from duronb.views.run.text import hot_text


class HotFrames(list[dict[str, Any]]):
    """The functions with the most self samples: a list of dictionaries that displays itself as a table.

    Each dictionary has ``name``, ``module``, ``kind``, ``self``, ``total``, ``share`` and ``total_share``.

    Parameters
    ----------
    frames
        The functions, hottest first.
    samples
        Number of all samples, the denominator of the shares.
    stage
        The stage whose samples were counted. ``None`` for all stages.
    """

    def __init__(self, frames: Sequence[HotFrame], samples: int, stage: str | None = None) -> None:
        super().__init__(
            {
                "name": frame.name,
                "module": frame.module,
                "kind": frame.kind,
                "self": frame.self_samples,
                "total": frame.total,
                "share": frame.share,
                "total_share": frame.total_share,
            }
            for frame in frames
        )
        self.frames = list(frames)
        self.samples = samples
        self.stage = stage

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The functions as plain dictionaries."""
        return list(self)

    def __str__(self) -> str:
        return hot_text(self.frames, self.samples, self.stage, terminal_width())

    __repr__ = __str__

    def _repr_pretty_(self, printer: Printer, cycle: bool) -> None:  # noqa: ARG002
        printer.text(str(self))

    def _repr_html_(self) -> str:
        return standalone_html(hot_table(self.frames, self.samples, self.stage))
