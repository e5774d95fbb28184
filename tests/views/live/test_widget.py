from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import fields
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from duronb.errors import DuronbError, HostError, RequestError
from duronb.views.flamegraph.state import ViewState
from duronb.views.kit import bundles
from duronb.views.live.widget import TRAITS, FlamegraphWidget
from duronb.views.payload.writing import MIME_TYPE
from tests.views.payloads import mimebundle
from tests.views.profiles import make_run, small_cells

STEP = ["step", "vfs_write"]
VIEW_TYPE = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(autouse=True)
def built(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """Scripts that need no build."""
    for name in ("widget.js", "duronb.js"):
        (tmp_path / name).write_text("export default {};")
    monkeypatch.setattr(bundles, "DIRECTORY", tmp_path)


@pytest.fixture
def fg() -> FlamegraphWidget:
    return make_run(small_cells()).widget()


def test_every_field_of_the_state_is_synced(fg: FlamegraphWidget) -> None:
    assert list(TRAITS) == [field.name for field in fields(ViewState)]
    assert set(TRAITS.values()) | {"payload", "theme", "height", "_live", "_esm"} <= set(fg.keys)
    assert fg.state == {}


def test_the_widget_begins_with_the_given_state() -> None:
    run = make_run(small_cells())
    options: dict[str, Any] = {"search": "read", "zoom": STEP, "color": "safe", "inverted": True, "seconds": (0, 3)}
    fg = run.widget("File SQLite 2/2", theme="dark", height=300, **options)
    model = run.flamegraph("File SQLite 2/2", theme="dark", height=300, **options)
    assert fg.state == model.state
    assert fg.payload == model.payload
    assert (fg.theme, fg.height, fg.zoom_path, fg.seconds) == ("dark", 300, STEP, (0.0, 3.0))


def test_a_name_zooms_to_its_widest_frame(fg: FlamegraphWidget) -> None:
    fg.zoom("main")
    # [unknown];main has 15 samples less the thread start that is not drawn, main alone 4 more.
    assert fg.zoom_path == fg.selected == ["main"]
    fg.selected = "vfs_write"
    assert fg.selected == STEP
    assert fg.zoom_path == ["main"]
    fg.zoom()
    assert fg.zoom_path == fg.selected == []
    fg.zoom(["main", "poll"])
    assert fg.zoom_path == ["main", "poll"]


def test_what_the_browser_sends_is_read(fg: FlamegraphWidget) -> None:
    seen: list[Any] = []
    fg.observe(lambda change: seen.append(change["new"]), "selected")
    fg.set_state({"view": "sandwich", "function": "step", "search": "w", "selected": STEP, "seconds": [1, 3]})
    assert (fg.view, fg.function, fg.search, fg.selected, fg.seconds) == ("sandwich", "step", "w", STEP, (1.0, 3.0))
    assert seen == [STEP]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda fg: setattr(fg, "search", 3), "search cannot be 3. Give text."),
        (lambda fg: setattr(fg, "icicle", "no"), "icicle cannot be 'no'. Give True or False."),
        (lambda fg: setattr(fg, "view", "pie"), "view cannot be 'pie'. Choose flame"),
        (lambda fg: setattr(fg, "view", None), "view cannot be None"),
        (lambda fg: setattr(fg, "view", "sandwich"), "A sandwich needs a function."),
        (lambda fg: setattr(fg, "seconds", (3, 1)), "seconds is not a range."),
        (lambda fg: setattr(fg, "seconds", "ab"), "seconds cannot be 'ab'."),
        (lambda fg: setattr(fg, "stage", "File SQLite 9/9"), "has no stage 'File SQLite 9/9'. Choose 'In-Memory"),
        (lambda fg: setattr(fg, "thread", "nobody"), "has no thread 'nobody'. Choose"),
        (lambda fg: setattr(fg, "selected", 3), "A frame cannot be 3."),
        (lambda fg: setattr(fg, "selected", "nobody"), "No selected sample has a frame 'nobody'."),
        (lambda fg: fg.zoom("nobody"), "No selected sample has a frame 'nobody'."),
        (lambda fg: fg.zoom([1]), "A frame cannot be"),
        (lambda fg: fg.show(search="x", pie=1), "A flamegraph has no 'pie'."),
        (lambda fg: fg.show(search="x", view="sandwich"), "A sandwich needs a function."),
        (lambda fg: fg.show(search="x", color="red"), "color cannot be 'red'"),
    ],
)
def test_invalid_values_are_refused_in_one_line_and_change_nothing(
    fg: FlamegraphWidget, change: Callable[[FlamegraphWidget], None], words: str
) -> None:
    with pytest.raises(RequestError) as caught:
        change(fg)
    assert str(caught.value).startswith((words, f"This flamegraph {words}"))
    assert len(caught.value._render_traceback_()) == 1
    assert fg.state == {}


def test_several_fields_change_at_once(fg: FlamegraphWidget) -> None:
    fg.show(view="sandwich", function="step", search="w")
    assert fg.state == {"view": "sandwich", "function": "step", "search": "w"}
    fg.show(view="flame", function="")
    assert fg.state == {"search": "w"}


def test_the_output_is_the_static_one_with_the_state_and_the_widget(fg: FlamegraphWidget) -> None:
    fg.search = "vfs_write"
    fg.zoom("step")
    data, metadata = fg._repr_mimebundle_()
    static = mimebundle(make_run(small_cells()).flamegraph(search="vfs_write"))
    assert set(data) == set(static)
    assert data["text/plain"] == static["text/plain"]
    assert data[MIME_TYPE]["state"] == {"search": "vfs_write", "zoom": ["step"], "selected": ["step"]}
    assert data[MIME_TYPE]["live"] == fg.get_state("_live")["_live"]
    assert data[MIME_TYPE]["data"] == static[MIME_TYPE]["data"]
    assert "vfs_write" in json.dumps(data["text/html"])
    assert metadata == {}


@pytest.mark.parametrize("front_end", ["VS Code", "Colab"])
def test_front_ends_that_fall_back_get_the_widget_too(
    fg: FlamegraphWidget, front_end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    static = set(fg._repr_mimebundle_()[0])
    if front_end == "Colab":
        monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
    else:
        shell = SimpleNamespace(user_ns={"__vsc_ipynb_file__": "a.ipynb"})
        monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    data, _ = fg._repr_mimebundle_()
    assert set(data) == static | {VIEW_TYPE}
    assert data[VIEW_TYPE] == {"version_major": 2, "version_minor": 0, "model_id": fg.model_id}


def test_two_widgets_are_two(fg: FlamegraphWidget) -> None:
    other = make_run(small_cells()).widget()
    fg.search = "read"
    assert other.search == ""
    assert fg.get_state("_live") != other.get_state("_live")
    fg.selected.append("x")
    assert other.selected == []


def test_without_its_script_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr(bundles, "DIRECTORY", tmp_path / "nothing")
    with pytest.raises(HostError, match="make build"):
        make_run(small_cells()).widget()


def test_options_are_those_of_a_flamegraph() -> None:
    with pytest.raises(DuronbError, match="theme cannot be 'pink'"):
        make_run(small_cells()).widget(theme="pink")  # type: ignore[arg-type]
