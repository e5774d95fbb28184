from __future__ import annotations

import json
from pathlib import Path

import pytest
from bokeh.document import Document
from bokeh.embed import file_html, json_item
from bokeh.layouts import column
from bokeh.models.widgets import Div
from bokeh.resources import INLINE

import duronb
from duronb.errors import StoreError
from duronb.views.live.bokeh_model import Flamegraph
from tests.views.profiles import make_run, small_cells


def test_the_model_is_known_to_bokeh_by_its_full_name() -> None:
    graph = make_run(small_cells()).flamegraph()
    (root,) = json_item(graph)["doc"]["roots"]
    assert root["name"] == "duronb.Flamegraph"
    assert json.loads(root["attributes"]["payload"])["samples"] == 46


def test_it_stretches_and_has_a_height() -> None:
    graph = Flamegraph(payload="{}")
    assert (graph.sizing_mode, graph.height) == ("stretch_width", 600)


def test_it_survives_a_document_and_back() -> None:
    document = Document()
    document.add_root(column(Div(text="above"), make_run(small_cells()).flamegraph(search="vfs", zoom=["step"])))
    graph = Document.from_json(document.to_json()).select_one({"type": Flamegraph})
    assert isinstance(graph, Flamegraph)
    assert graph.state == {"search": "vfs", "zoom": ["step"]}


def test_values_of_another_type_are_refused() -> None:
    with pytest.raises(ValueError, match="theme"):
        Flamegraph(payload="{}", theme="pink")
    with pytest.raises(ValueError, match="search"):
        Flamegraph(payload="{}", search=3)


def test_bokehs_own_files_carry_the_extension() -> None:
    built = Path(duronb.__file__).parent / "dist" / "duronb.js"
    if not built.exists():
        pytest.skip("the JavaScript is not built: make build")
    html = file_html(column(make_run(small_cells()).flamegraph()), INLINE)
    assert "duronb.Flamegraph" in html
    assert built.read_text(encoding="utf-8")[:200] in html


def test_an_invalid_payload_is_refused_in_one_line() -> None:
    for payload in ("{}", "nonsense"):
        with pytest.raises(StoreError):
            Flamegraph(payload=payload)._repr_mimebundle_()
