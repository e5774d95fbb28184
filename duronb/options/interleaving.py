"""The options of ``ab`` and ``bisect``, which record interleaved blocks."""

from __future__ import annotations

from duronb.errors import RequestError
from duronb.option import Option
from duronb.options.places import FORCE, METRIC, STORE
from duronb.options.side import SideOptions
from duronb.options.table import Form, Given, Table, names_of
from duronb.request import LABEL, PROFILE_OPTIONS
from duronb.values import Duration, Integer, Percent, Switch, Text, TextList

BLOCKS = 6
"""Blocks of an A/B: the least with which the exact test can be significant at 5 % (p = 0.031)."""
SECONDS = 5
"""Seconds of each stage. What varies is the level of a run, so short runs decide soonest for their machine time."""
AT_MOST = "20m"
LONGEST_AT_MOST = 7 * 24 * 60 * 60
_SECONDS = PROFILE_OPTIONS["seconds"].but(flags=("--seconds",), metavar="S", default=SECONDS)
_REPO = PROFILE_OPTIONS["repo"].but(help="the checkout that refs belong to; default: the one in the working directory")
SIDE_LABELS = TextList(
    LABEL, length=2, problem="An A/B has two labels.", remedy="Give one for each side, such as --labels before,after."
)
"""The labels of both sides."""
_BLOCKS = Option(
    name="blocks",
    type=Integer(1, 1000),
    flags=("--blocks",),
    metavar="N",
    default=BLOCKS,
    help="number of blocks: one run of each side, after one warm-up run of each side",
)
_SIDES = (
    Option(
        name="before",
        type=Text(),
        metavar="A",
        default="last",
        help="a release, '.' for the files of the checkout, a git ref, PATH or PATH@REF; with --more: id of a series",
        completes="side",
    ),
    Option(name="after", type=Text(), metavar="B", help="the other side, named like A", completes="side"),
)
_NEW_SERIES = (
    _BLOCKS,
    _SECONDS,
    PROFILE_OPTIONS["stages"],
    _REPO,
    PROFILE_OPTIONS["engine"],
    PROFILE_OPTIONS["frequency_hz"],
    PROFILE_OPTIONS["call_graph"],
    PROFILE_OPTIONS["warmup_seconds"],
    PROFILE_OPTIONS["database_on"],
    Option(
        name="labels",
        type=SIDE_LABELS,
        flags=("--labels",),
        metavar="A,B",
        help="labels of the runs of each side; default: the releases or refs",
    ),
    Option(
        name="before_options",
        type=SideOptions(),
        flags=("--before-options",),
        metavar='"OPTIONS"',
        help="options of profile for the first side only",
    ),
    Option(
        name="after_options",
        type=SideOptions(),
        flags=("--after-options",),
        metavar='"OPTIONS"',
        help="options of profile for the second side only",
    ),
    PROFILE_OPTIONS["rebuild"].but(help="build both sides from scratch"),
)
AT_MOST_TYPE = Duration(LONGEST_AT_MOST)
_EITHER = (
    Option(
        name="until_decided",
        type=Switch(),
        flags=("--until-decided",),
        default=False,
        help="after these blocks, add blocks until the comparison is decided or the time is up",
    ),
    Option(
        name="at_most",
        type=AT_MOST_TYPE,
        flags=("--at-most",),
        metavar="TIME",
        default=AT_MOST,
        help="the longest time of the recording with --until-decided, such as 90s, 20m or 1h",
    ),
    Option(
        name="seed",
        type=Integer(0, 2**32 - 1),
        flags=("--seed",),
        metavar="N",
        help="seed of the random order within the blocks; default: drawn",
    ),
    FORCE,
    STORE,
)
_MORE = Option(
    name="more",
    type=Integer(1, 1000),
    flags=("--more",),
    metavar="N",
    help="add N blocks to a stored series, which is then tested at a stricter level",
)


def check_ab(given: Given) -> None:
    """Raise RequestError if a new A/B has fewer than two sides, or if options contradict each other."""
    if "at_most" in given and not given.get("until_decided"):
        raise RequestError("--at-most limits the time of --until-decided.", "Add --until-decided, or drop --at-most.")
    if "more" in given and "after" in given:
        raise RequestError(
            "--more adds blocks to a stored series, which already has two sides.", "Give its id, or 'last'."
        )
    if "more" not in given and not {"before", "after"} <= given.keys():
        raise RequestError("An A/B has two sides.", "Give two: releases, refs, '.', or paths.")


AB = Table(
    command="ab",
    magic="duroab",
    summary="Run two releases, refs or sets of options in interleaved blocks, and compare them.",
    group="Compare runs",
    options=(*_SIDES, *_NEW_SERIES, _MORE, *_EITHER),
    forms=(
        Form(
            function="interleaved.ab",
            options=("before", "more", *names_of(_EITHER)),
            when="more",
            refusal="{} cannot be changed for a stored series, to which --more adds blocks.",
        ),
        Form(function="interleaved.ab", options=names_of((*_SIDES, *_NEW_SERIES, *_EITHER))),
    ),
    check=check_ab,
)

_BISECT = (
    Option(name="good", type=Text(), metavar="GOOD", help="a git ref or a release that is fast", required=True),
    Option(name="bad", type=Text(), metavar="BAD", help="a later ref or release that is slow", required=True),
    _REPO,
    _BLOCKS.but(help="blocks that are recorded before the next pair of revisions is chosen", default=2),
    _SECONDS,
    PROFILE_OPTIONS["stages"].but(default=("file:2/2",), help="stages of the bundled workload to run"),
    METRIC.but(default="window_rate", help="the metric that has to be worse"),
    Option(
        name="margin",
        type=Percent(includes_100=False),
        flags=("--margin",),
        metavar="PERCENT",
        default=5.0,
        help="changes within this percentage do not matter, above 0, below 100",
    ),
    Option(
        name="looks",
        type=Integer(1, 100),
        flags=("--looks",),
        metavar="N",
        default=10,
        help="limit: N times the blocks for each halving of the range; then the revisions that remain are reported",
    ),
    PROFILE_OPTIONS["engine"],
    PROFILE_OPTIONS["frequency_hz"],
    PROFILE_OPTIONS["warmup_seconds"],
    PROFILE_OPTIONS["database_on"],
    STORE,
)

BISECT = Table(
    command="bisect",
    summary="Find the first slower commit or release between two, by the probability of each to be it.",
    group="Compare runs",
    options=_BISECT,
    forms=(Form(function="bisection.bisect", options=names_of(_BISECT)),),
)
