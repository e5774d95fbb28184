"""The options of ``profile``: the fields of a ``ProfileRequest``, and the store."""

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
    summary="Build Duroxide, run its stress test under a sampler, and store and show the run.",
    group="Make runs",
    options=_OPTIONS,
    command_only=(
        Option(
            name="open",
            type=Switch(),
            flags=("--open",),
            default=False,
            help="open the flame graph in the browser if there is a desktop",
        ),
    ),
    forms=(Form(function="profiling.profile", options=names_of(_OPTIONS)),),
    note="The magic returns the run: run = %duroprof 30 baseline. A ; at the end of the line hides the output.",
)
