"""The options of a profile: the fields of a ``ProfileRequest``."""

from __future__ import annotations

from duronb.option import Option
from duronb.options.places import STORE
from duronb.options.table import Form, Table, names_of
from duronb.request import PROFILE_OPTIONS
from duronb.values import Switch

_OPTIONS = (*PROFILE_OPTIONS.values(), STORE)

PROFILE = Table(
    command="profile",
    magic="duroprof",
    summary="Build Duroxide, run its stress test under a sampler, show and store the run.",
    group="Make runs",
    options=_OPTIONS,
    command_only=(
        Option(
            name="open",
            type=Switch(),
            flags=("--open",),
            default=False,
            help="open the flamegraph in the desktop's browser, if any",
        ),
    ),
    forms=(Form(function="profiling.profile", options=names_of(_OPTIONS)),),
    note="Returns the run: run = %duroprof 30 baseline. End the line with ; to show nothing.",
)
