"""Options that several commands share: where runs are, which run, which stage."""

from __future__ import annotations

from duronb.option import Option
from duronb.values import Switch, Text

STORE = Option(
    name="store",
    type=Text(),
    flags=("--store",),
    metavar="URL",
    help="where runs are kept; DURONB_STORE or profiling/results when left out",
    completes="path",
)
RUN = Option(
    name="selector",
    type=Text(),
    metavar="RUN",
    help="a label (its newest run), a tag, an id or its prefix, a path",
    required=True,
    completes="run",
)
LABEL_FILTER = Option(name="label", type=Text(), metavar="LABEL", help="only runs with this label", completes="label")
STAGE = Option(
    name="stage", type=Text(), flags=("--stage",), metavar="NAME", help="only this stage, such as 'File SQLite 2/2'"
)
METRIC = Option(
    name="metric",
    type=Text(),
    flags=("--metric",),
    metavar="NAME",
    help="window_rate, throughput, …; the best rate that all runs have",
    completes="metric",
)
FORCE = Option(
    name="force", type=Switch(), flags=("--force",), default=False, help="compare although conditions differ"
)
HTML = Option(
    name="html",
    type=Text(),
    flags=("--html",),
    metavar="PATH",
    help="write a report: one page that opens offline",
    completes="file",
)
