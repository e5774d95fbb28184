from __future__ import annotations

import inspect
from dataclasses import fields
from typing import get_type_hints

from duronb.results.flamegraph import FlamegraphOptions, MoreState
from duronb.results.run import Run
from duronb.views.flamegraph.state import ViewState

OTHERS = {"event": None, "weight": None, "inverted": bool, "theme": None, "height": None, "min_share": float}


def test_the_options_of_a_flamegraph_are_the_fields_of_the_state_with_their_types() -> None:
    options, state = get_type_hints(FlamegraphOptions), get_type_hints(ViewState)
    assert set(options) - set(OTHERS) == {field.name for field in fields(ViewState)} - {"stage"}
    assert {name: options[name] for name in options if name in state} == {
        name: hint for name, hint in state.items() if name != "stage"
    }


def test_a_flamegraph_takes_each_option_once() -> None:
    parameters = inspect.signature(Run.flamegraph).parameters
    named = [name for name, each in parameters.items() if each.kind is each.KEYWORD_ONLY]
    assert sorted([*named, *get_type_hints(MoreState)]) == sorted(get_type_hints(FlamegraphOptions))
    assert parameters["state"].annotation == "Unpack[MoreState]"
