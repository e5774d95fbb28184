"""The options of a comparison, of the gate ``check``, of a report and of a history."""

from __future__ import annotations

from duronb.option import Option
from duronb.options.places import FORCE, HTML, LABEL_FILTER, METRIC, STAGE, STORE
from duronb.options.table import Form, Table, names_of
from duronb.values import Choice, Percent, Text

_BEFORE = Option(
    name="before",
    type=Text(),
    metavar="BEFORE",
    help="a label (all of its runs), a tag, an id or a path; or the id of an A/B or 'last', alone",
    required=True,
    completes="run",
)
_AFTER = Option(
    name="after",
    type=Text(),
    metavar="AFTER",
    help="the same; left out where BEFORE is the id of an A/B",
    completes="run",
)
_HOW = (
    STAGE,
    METRIC,
    Option(
        name="margin",
        type=Percent(fraction=True),
        flags=("--margin",),
        metavar="PERCENT",
        default=0.05,
        help="a smaller change does not matter",
    ),
    FORCE,
    STORE,
)


def _forms(function: str) -> tuple[Form, ...]:
    """Return the forms with two sides, and with the id of an A/B in place of both."""
    options = ("before", *names_of(_HOW))
    return (
        Form(function=function, options=options, without="after", renames={"before": "series"}),
        Form(function=function, options=("after", *options)),
    )


COMPARE = Table(
    command="compare",
    magic="durocompare",
    summary="Compare two groups of runs: a verdict for each stage, and a differential flame graph.",
    group="Compare runs",
    options=(_BEFORE, _AFTER, *_HOW),
    command_only=(HTML,),
    forms=_forms("comparison.compare"),
)

CHECK = Table(
    command="check",
    summary="A gate for CI: exit 0 no regression, 1 regressed, 3 undecided or not comparable, 2 usage or environment.",
    group="Compare runs",
    options=(
        _BEFORE.but(metavar="BASELINE", help="a label (all of its runs), a tag, an id or a path; or an A/B's id"),
        _AFTER.but(metavar="CANDIDATE", help="the same; left out where BASELINE is an A/B"),
        *_HOW,
    ),
    command_only=(
        Option(
            name="markdown",
            type=Text(),
            flags=("--markdown",),
            metavar="PATH",
            help="write GitHub's Markdown; - for standard output",
            completes="file",
        ),
        Option(
            name="junit",
            type=Text(),
            flags=("--junit",),
            metavar="PATH",
            help="write JUnit's XML; - for standard output",
            completes="file",
        ),
        HTML,
    ),
    forms=_forms("comparison.gated"),
)

_REPORT = (
    Option(
        name="runs",
        type=Text(),
        metavar="RUN",
        help="a label (all of its runs), a tag, an id or a path",
        required=True,
        repeated=True,
        completes="run",
    ),
    Option(
        name="path",
        type=Text(),
        flags=("-o", "--output"),
        metavar="PATH",
        help="where; named after the runs when left out",
        completes="file",
    ),
    FORCE.but(help="compare two labels although conditions differ"),
    STORE,
)

REPORT = Table(
    command="report",
    summary="Write one HTML page of a run, of a label's runs, or of two labels compared; it opens offline and prints.",
    group="Look at runs",
    options=_REPORT,
    forms=(Form(function="comparison.report", options=names_of(_REPORT)),),
)

_HISTORY = (
    STAGE.but(help="such as 'File SQLite 2/2'; the one that most runs have when left out"),
    METRIC.but(default="window_rate", help="which metric, also bucket:NAME of a bottleneck"),
    LABEL_FILTER.but(flags=("--label",)),
    Option(
        name="by",
        type=Choice(("auto", "time", "subject")),
        flags=("--by",),
        default="auto",
        help="the order; auto is by subject where those are interleaved in time",
    ),
    STORE,
)

HISTORY = Table(
    command="history",
    magic="durohistory",
    summary="Show a metric over all runs, and what changed it.",
    group="Compare runs",
    options=_HISTORY,
    command_only=(HTML.but(help="write a page with the interactive plot, which works offline"),),
    forms=(Form(function="timeline.history", options=names_of(_HISTORY)),),
)
