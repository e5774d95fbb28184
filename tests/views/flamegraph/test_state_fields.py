"""Everything that is derived from the view state has all of its fields."""

from __future__ import annotations

from dataclasses import fields

from duronb.views.flamegraph.state import ViewState
from duronb.views.flamegraph.state_fields import state_fields
from duronb.views.live.bokeh_model import Flamegraph
from duronb.views.live.widget import TRAITS, FlamegraphWidget

NAMES = [field.name for field in fields(ViewState)]


def test_every_field_is_described_with_its_initial_value() -> None:
    assert [field.name for field in state_fields()] == NAMES
    assert ViewState(**{field.name: field.initial for field in state_fields()}).to_json() == {}


def test_the_bokeh_model_has_every_field() -> None:
    model = Flamegraph(payload="{}")
    assert {name: getattr(model, name) for name in NAMES} == {field.name: field.initial for field in state_fields()}
    assert set(NAMES) <= Flamegraph.properties()


def test_the_widget_has_every_field_as_a_synced_trait() -> None:
    traits = FlamegraphWidget.class_traits(sync=True)
    for field in state_fields():
        assert traits[TRAITS[field.name]].default() == field.initial
