"""The options of ``compare``, ``check``, ``report`` and ``history``."""

from __future__ import annotations

from duronb.option import Option
from duronb.options.places import EVENT, FORCE, HTML, LABEL_FILTER, METRIC, STAGE, STORE, WEIGHT
from duronb.options.table import Form, Table, names_of
from duronb.values import Choice, Percent, Text

_BEFORE = Option(
    name="before",
    type=Text(),
    metavar="BEFORE",
    help="a label (all of its runs), a tag, an id or a path; or, without AFTER, the id of an A/B or 'last'",
    required=True,
    completes="run",
)
_AFTER = Option(
    name="after",
    type=Text(),
    metavar="AFTER",
    help="the other side, named like BEFORE; omitted if BEFORE is an A/B",
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
        help="changes within this percentage do not matter, above 0, at most 100",
    ),
    FORCE,
    STORE,
)


def _forms(function: str) -> tuple[Form, ...]:
    """Return the two forms of a comparison: of a stored A/B, and of two sides."""
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
    summary="A gate for CI. Exit 0: passed; 1: regressed; 2: usage or environment; 3: undecided or not comparable.",
    group="Compare runs",
    options=(
        _BEFORE.but(
            metavar="BASELINE",
            help="a label (all of its runs), a tag, an id or a path; or, without CANDIDATE, the id of an A/B or 'last'",
        ),
        _AFTER.but(metavar="CANDIDATE", help="the other side, named like BASELINE; omitted if BASELINE is an A/B"),
        *_HOW,
    ),
    command_only=(
        Option(
            name="markdown",
            type=Text(),
            flags=("--markdown",),
            metavar="PATH",
            help="write the result as GitHub Markdown; - for standard output",
            completes="file",
        ),
        Option(
            name="junit",
            type=Text(),
            flags=("--junit",),
            metavar="PATH",
            help="write the result as JUnit XML; - for standard output",
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
        help="path of the page; default: named after the runs, in the working directory",
        completes="file",
    ),
    FORCE.but(help="compare two labels even if their conditions differ"),
    EVENT,
    WEIGHT,
    STORE,
)

REPORT = Table(
    command="report",
    summary="Write one HTML page about a run, the runs of a label, or the comparison of two labels. It works offline.",
    group="Look at runs",
    options=_REPORT,
    forms=(Form(function="comparison.report", options=names_of(_REPORT)),),
)

_HISTORY = (
    STAGE.but(help="the stage, such as 'File SQLite 2/2'; default: the one that most runs have"),
    METRIC.but(help="the metric, or bucket:NAME for a bottleneck; default: the best rate that all runs have"),
    LABEL_FILTER.but(flags=("--label",)),
    Option(
        name="by",
        type=Choice(("auto", "time", "subject")),
        flags=("--by",),
        default="auto",
        help="the order of the runs; auto: by subject if the runs of several subjects are interleaved in time",
    ),
    STORE,
)

HISTORY = Table(
    command="history",
    magic="durohistory",
    summary="Show a metric over all comparable runs, and its level changes.",
    group="Compare runs",
    options=_HISTORY,
    command_only=(HTML.but(help="write a page with the interactive plot; it works offline"),),
    forms=(Form(function="timeline.history", options=names_of(_HISTORY)),),
)
