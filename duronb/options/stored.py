"""The options of ``runs``, ``show``, ``export``, ``import`` and ``doctor``."""

from __future__ import annotations

from typing import Literal, get_args

from duronb.option import Option
from duronb.options.places import EVENT, LABEL_FILTER, RUN, STAGE, STORE, WEIGHT
from duronb.options.table import Form, Table, names_of
from duronb.request import LABEL, PROFILE_OPTIONS
from duronb.values import Choice, Integer, Switch, Text

_LOAD_OPTIONS = (RUN.but(required=False, help=f"{RUN.help}; default: the newest run"), EVENT, WEIGHT, STORE)
_LOAD = (Form(function="stored.load", options=names_of(_LOAD_OPTIONS)),)

RUNS = Table(
    command="runs",
    magic="duroruns",
    summary="List the stored runs, newest first.",
    group="Look at runs",
    options=(LABEL_FILTER, STORE),
    command_only=(
        Option(
            name="all",
            type=Switch(),
            flags=("--all",),
            default=False,
            help="list all runs; default: the newest 50",
        ),
    ),
    forms=(Form(function="stored.runs", options=("label", "store")),),
)

SHOW = Table(
    command="show",
    magic="duroshow",
    summary="Show a stored run: metrics, flame graph or hottest frames, and bottlenecks.",
    group="Look at runs",
    options=_LOAD_OPTIONS,
    command_only=(
        STAGE,
        Option(
            name="top",
            type=Integer(1, 10_000),
            flags=("--top",),
            metavar="N",
            default=20,
            help="number of hottest frames to show",
        ),
        Option(
            name="bottlenecks",
            type=Switch(),
            flags=("--bottlenecks",),
            default=False,
            help="show where the time goes and what to try, in place of the frames",
        ),
        Option(
            name="all",
            type=Switch(),
            flags=("--all",),
            default=False,
            help="with --bottlenecks: what to try for all bottlenecks; default: for the three largest",
        ),
        Option(
            name="bucket",
            type=Text(),
            flags=("--bucket",),
            metavar="NAME",
            help="show one bottleneck, such as serde, and what to try",
        ),
        Option(
            name="open",
            type=Switch(),
            flags=("--open",),
            default=False,
            help="open the flame graph in the browser",
        ),
    ),
    forms=_LOAD,
)

EXPORT = Table(
    command="export",
    summary="Write a run to files. The extension of each path chooses the format: .svg, .html, .folded, .pb.gz, …",
    group="Look at runs",
    options=_LOAD_OPTIONS,
    command_only=(
        Option(
            name="paths",
            type=Text(),
            metavar="PATH",
            help="a file to write: .html, .svg, .folded, .pb.gz, .speedscope.json, .firefox.json, .otlp, .json",
            required=True,
            repeated=True,
            completes="file",
        ),
        STAGE,
    ),
    forms=_LOAD,
)

Threads = Literal["auto", "first-frame", "none"]
THREADS = Option(
    name="threads",
    type=Choice(get_args(Threads)),
    flags=("--threads",),
    default="auto",
    help="the first frame of folded stacks and SVGs is the thread (first-frame) or a function (none)",
)

_IMPORT = (
    Option(
        name="path",
        type=Text(),
        metavar="PATH",
        help="perf text or perf.data, pprof, speedscope or Firefox JSON, folded stacks, SVG, results; - is stdin",
        required=True,
        completes="file",
    ),
    Option(
        name="label",
        type=LABEL,
        metavar="LABEL",
        default="imported",
        help="name shared by runs that belong together",
        completes="label",
    ),
    Option(
        name="git",
        type=Switch(),
        flags=("--git",),
        default=False,
        help="import the versions of a file of results from all branches, also under its older names; no other file",
    ),
    THREADS,
    STORE,
)

IMPORT = Table(
    command="import",
    summary="Store the samples or the results in a file as runs.",
    group="Make runs",
    options=_IMPORT,
    forms=(Form(function="importing.import_results", options=names_of(_IMPORT)),),
)

_REPO = PROFILE_OPTIONS["repo"].but(help="the Duroxide checkout to check; default: the one in the working directory")

DOCTOR = Table(
    command="doctor",
    summary="Check what profiling needs on this machine.",
    group="This machine",
    options=(_REPO, STORE),
    forms=(Form(function="doctor.diagnose", options=("repo", "store")),),
)
