"""The options of an A/B and of a bisection, which record interleaved blocks."""

from __future__ import annotations

from duronb.errors import RequestError
from duronb.option import Option
from duronb.options.places import FORCE, METRIC, STORE
from duronb.options.side import SideOptions
from duronb.options.table import Form, Given, Table, names_of
from duronb.request import LABEL, PROFILE_OPTIONS
from duronb.values import Integer, Percent, Text, TextList

_SECONDS = PROFILE_OPTIONS["seconds"].but(flags=("--seconds",), metavar="S", default=10)
_REPO = PROFILE_OPTIONS["repo"].but(help="the checkout that refs belong to; the working directory's")
_BLOCKS = Option(
    name="blocks",
    type=Integer(1, 1000),
    flags=("--blocks",),
    metavar="N",
    default=5,
    help="pairs of runs, after one warm-up run of each side",
)
_SIDES = (
    Option(
        name="before",
        type=Text(),
        metavar="A",
        default="last",
        help="a release, '.' for the checkout's files, a git ref, PATH or PATH@REF; with --more the id of a series",
        completes="side",
    ),
    Option(name="after", type=Text(), metavar="B", help="the other side, written likewise", completes="side"),
)
_NEW_SERIES = (
    _BLOCKS,
    _SECONDS,
    PROFILE_OPTIONS["stages"],
    _REPO,
    PROFILE_OPTIONS["engine"],
    PROFILE_OPTIONS["frequency_hz"],
    PROFILE_OPTIONS["call_graph"],
    Option(
        name="labels",
        type=TextList(
            LABEL, length=2, problem="An A/B has two labels.", remedy="Give one for each side: --labels before,after."
        ),
        flags=("--labels",),
        metavar="A,B",
        help="labels of the runs; the releases or refs when left out",
    ),
    Option(
        name="before_options",
        type=SideOptions(),
        flags=("--before-options",),
        metavar='"OPTIONS"',
        help="options of profile for the first side alone",
    ),
    Option(
        name="after_options",
        type=SideOptions(),
        flags=("--after-options",),
        metavar='"OPTIONS"',
        help="options of profile for the second side alone",
    ),
    PROFILE_OPTIONS["rebuild"].but(help="build both sides from scratch"),
)
_EITHER = (
    Option(
        name="seed",
        type=Integer(0, 2**32 - 1),
        flags=("--seed",),
        metavar="N",
        help="of the order within the blocks; drawn when left out",
    ),
    FORCE,
    STORE,
)
_MORE = Option(
    name="more",
    type=Integer(1, 1000),
    flags=("--more",),
    metavar="N",
    help="add N blocks to a stored series, which is then tested more strictly",
)


def check_ab(given: Given) -> None:
    """Raise RequestError where a new A/B lacks a side, or a stored one is given a second."""
    if "more" in given and "after" in given:
        raise RequestError("--more adds to a stored series, whose sides are known.", "Give its id, or 'last'.")
    if "more" not in given and not {"before", "after"} <= given.keys():
        raise RequestError("An A/B has two sides.", "Give two: releases, refs, '.', or paths.")


AB = Table(
    command="ab",
    magic="duroab",
    summary="Run two releases, refs or option sets in interleaved blocks, and compare them.",
    group="Compare runs",
    options=(*_SIDES, *_NEW_SERIES, _MORE, *_EITHER),
    forms=(
        Form(
            function="interleaved.ab",
            options=("before", "more", *names_of(_EITHER)),
            when="more",
            refusal="{} is that of the series, to which --more adds.",
        ),
        Form(function="interleaved.ab", options=names_of((*_SIDES, *_NEW_SERIES, *_EITHER))),
    ),
    check=check_ab,
)

_BISECT = (
    Option(name="good", type=Text(), metavar="GOOD", help="a git ref, or a release, that is fast", required=True),
    Option(name="bad", type=Text(), metavar="BAD", help="a later one that is slow", required=True),
    _REPO.but(help="the checkout; the working directory's when left out"),
    _BLOCKS.but(help="pairs of runs for each revision"),
    _SECONDS,
    PROFILE_OPTIONS["stages"].but(default=("file:2/2",), help="stages to run"),
    METRIC.but(default="window_rate", help="which metric is worse"),
    Option(
        name="margin",
        type=Percent(includes_100=False),
        flags=("--margin",),
        metavar="PERCENT",
        default=5.0,
        help="a change that is surely smaller does not matter",
    ),
    Option(
        name="looks",
        type=Integer(1, 10),
        flags=("--looks",),
        metavar="N",
        default=3,
        help="how often blocks are added to an inconclusive revision",
    ),
    PROFILE_OPTIONS["engine"],
    PROFILE_OPTIONS["frequency_hz"],
    STORE,
)

BISECT = Table(
    command="bisect",
    summary="Find the first slower commit between two, or release, by A/B at the midpoints.",
    group="Compare runs",
    options=_BISECT,
    forms=(Form(function="bisection.bisect", options=names_of(_BISECT)),),
)
