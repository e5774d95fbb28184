from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from duronb.errors import RequestError
from duronb.model.run_files import RunFiles
from duronb.views.flamegraph.display_tree import display_tree
from duronb.views.kit import bundles
from duronb.views.live import loader
from duronb.views.live.loader import loader_html
from duronb.views.payload.reading import decode_payload
from duronb.views.payload.writing import MIME_TYPE
from tests.views.payloads import forget_loader, mimebundle
from tests.views.profiles import cells_of, hostile_run, make_run, realistic_cells, small_cells
from tests.views.reading import Reader, check_inert


@pytest.fixture(autouse=True)
def bundle(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "duronb.js").write_text("window.theExtension = 1;")
    monkeypatch.setattr(bundles, "DIRECTORY", tmp_path)
    monkeypatch.setattr(loader, "_loader", loader._Loader())


def item_of(html: str) -> dict[str, Any]:
    script = next(script for script in Reader(html).scripts if "queueModel(" in script)
    found = re.search(r"\nqueueModel\((\{.*\})\);\}\)\(\);$", script)
    assert found is not None
    entry: dict[str, Any] = json.loads(found[1])
    return entry


def test_a_run_is_shown_as_text_html_and_payload() -> None:
    run = make_run(realistic_cells(300))
    shown = mimebundle(run)
    assert list(shown) == ["text/plain", "text/html", MIME_TYPE]
    assert "File SQLite 2/2" in shown["text/plain"]
    assert cells_of(decode_payload(shown[MIME_TYPE]).profile) == cells_of(display_tree(run.profile).profile)
    assert shown[MIME_TYPE]["run"]["metrics"]["rows"][3][1] == "20.24"
    text = " ".join(Reader(shown["text/html"]).text)
    for part in ("baseline", "docker", "cpu-clock", "20.24", "static picture"):
        assert part in text


def test_the_static_picture_has_a_description_for_screen_readers() -> None:
    image = next(
        attributes for tag, attributes in Reader(mimebundle(make_run(small_cells()))["text/html"]).tags if tag == "img"
    )
    assert image["alt"] == (
        "Flamegraph of baseline · duroxide 0.1.32: 46 samples. "
        "Most self samples: vfs_write 52.2%, read 26.1%, main 8.70%."
    )
    assert base64.b64decode((image["src"] or "").split(",")[1]).startswith(b"<svg")


def test_the_interactive_graph_is_the_bokeh_model_with_the_same_samples() -> None:
    run = make_run(small_cells())
    html = mimebundle(run)["text/html"]
    entry = item_of(html)
    places = [attributes for _, attributes in Reader(html).tags if "data-duronb" in attributes]
    assert [place["data-duronb"] for place in places] == [entry["id"]]
    (root,) = entry["item"]["doc"]["roots"]
    assert root["name"] == "duronb.Flamegraph"
    payload = json.loads(root["attributes"]["payload"])
    assert payload["samples"] == 46
    assert "run" not in payload  # told above it


def test_a_flamegraph_keeps_stage_search_and_zoom() -> None:
    graph = make_run(small_cells()).flamegraph("File SQLite 2/2", search="vfs", zoom=["step"], theme="dark", height=300)
    shown = mimebundle(graph)
    (root,) = item_of(shown["text/html"])["item"]["doc"]["roots"]
    attributes = root["attributes"]
    assert [attributes[name] for name in ("stage", "search", "zoom", "theme", "height")] == [
        "File SQLite 2/2", "vfs", ["step"], "dark", 300,
    ]  # fmt: skip
    assert shown[MIME_TYPE]["state"] == {"stage": "File SQLite 2/2", "search": "vfs", "zoom": ["step"]}
    assert "33 samples" in shown["text/plain"]
    assert ": 33 samples." in shown["text/html"]


def test_the_shared_javascript_is_stored_once() -> None:
    run = make_run(small_cells())
    outputs = [mimebundle(run)["text/html"] for _ in range(3)]
    assert ["theExtension" in output for output in outputs] == [True, False, False]
    assert len({item_of(output)["id"] for output in outputs}) == 3
    forget_loader()
    assert "theExtension" in loader_html()
    assert "theExtension" not in mimebundle(run)["text/html"]


def test_the_loader_comes_back_when_its_cell_runs_again(monkeypatch: pytest.MonkeyPatch) -> None:
    callbacks: list[Any] = []
    shell = SimpleNamespace(
        events=SimpleNamespace(register=lambda name, call: callbacks.append((name, call))),
        parent_header={"metadata": {"cellId": "first"}},
    )
    monkeypatch.setattr(loader, "_shell", lambda: shell)
    loader_html()
    ((name, begins),) = callbacks
    assert name == "pre_run_cell"
    begins(SimpleNamespace(cell_id="second"))
    assert loader.loader_if_needed() == ""
    begins(SimpleNamespace(cell_id="first"))
    assert "theExtension" in loader.loader_if_needed()
    assert len(callbacks) == 1


def test_bokehjs_is_embedded_or_linked_as_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    inline = loader_html()
    assert len(inline) > 1_000_000
    assert Reader(inline).tags == [("script", {})]
    monkeypatch.setenv("DURONB_RESOURCES", "cdn")
    linked = loader_html()
    assert len(linked) < 10_000
    assert "cdn.bokeh.org" in linked
    assert "theExtension" in linked
    monkeypatch.setenv("DURONB_RESOURCES", "elsewhere")
    with pytest.raises(RequestError, match="inline or cdn"):
        loader_html()


def test_five_thousand_stacks_take_less_than_150_kb() -> None:
    run = make_run(realistic_cells(5000))
    loader_html()
    for view in (run, run.flamegraph()):
        shown = mimebundle(view)
        assert len(json.dumps(shown)) < 150_000


def test_without_the_javascript_the_picture_stays_and_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bundles, "DIRECTORY", tmp_path / "none")
    shown = mimebundle(make_run(small_cells()))
    assert "make build" in shown["text/html"]
    assert "data:image/svg+xml" in shown["text/html"]


def test_hostile_names_are_text_everywhere() -> None:
    loader_html()
    run = hostile_run()
    for view in (run, run.flamegraph()):
        shown = mimebundle(view)
        check_inert(shown["text/html"], scripts=1)
        assert not any(ord(c) < 0x20 and c != "\n" for c in shown["text/plain"])
        assert "\u202e" not in shown["text/plain"]


def test_a_run_without_samples_is_shown_without_a_graph() -> None:
    run = make_run({})
    assert "no samples" in mimebundle(run)["text/html"]
    bare = replace(run, files=RunFiles())
    shown = mimebundle(bare)
    assert MIME_TYPE not in shown
    assert "20.24" in shown["text/html"]
