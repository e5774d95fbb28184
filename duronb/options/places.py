"""Options that several commands share, such as the store, the run and the stage."""

from __future__ import annotations

from duronb.option import Option
from duronb.values import Choice, Switch, Text

STORE = Option(
    name="store",
    type=Text(),
    flags=("--store",),
    metavar="URL",
    help="directory or URL that contains the runs; default: DURONB_STORE, or profiling/results",
    completes="path",
)
RUN = Option(
    name="selector",
    type=Text(),
    metavar="RUN",
    help="a label (its newest run), a tag, an id, the beginning of an id, or a path",
    required=True,
    completes="run",
)
LABEL_FILTER = Option(name="label", type=Text(), metavar="LABEL", help="only runs with this label", completes="label")
STAGE = Option(
    name="stage", type=Text(), flags=("--stage",), metavar="NAME", help="only this stage, such as 'File SQLite 2/2'"
)
EVENT = Option(
    name="event",
    type=Text(),
    flags=("--event",),
    metavar="NAME",
    help="show this event of the recording, such as page-faults; default: the one with the most samples",
)
WEIGHT = Option(
    name="weight",
    type=Choice(("samples", "period")),
    flags=("--weight",),
    help="count samples, or weight them by period; default: by period for counted events whose periods differ",
)
METRIC = Option(
    name="metric",
    type=Text(),
    flags=("--metric",),
    metavar="NAME",
    help="the metric, such as window_rate or throughput; default: the best rate that all runs have",
    completes="metric",
)
FORCE = Option(name="force", type=Switch(), flags=("--force",), default=False, help="compare even if conditions differ")
HTML = Option(
    name="html",
    type=Text(),
    flags=("--html",),
    metavar="PATH",
    help="also write the result as one HTML page, which works offline",
    completes="file",
)
