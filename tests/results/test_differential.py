"""Display of a differential in a notebook."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from duronb.analysis.differential.differential import differential
from duronb.results.differential import DifferentialDisplay
from duronb.views.differential.payload import differential_source
from duronb.views.differential.table import differential_text
from duronb.views.kit import bundles
from duronb.views.payload.writing import MIME_TYPE
from tests.analysis.differential.programs import groups, planted
from tests.views.differential.pairs import BASE, NAMES, compared
from tests.views.profiles import (
    HOSTILE,
)
from tests.views.reading import check_inert


def test_a_notebook_gets_text_picture_table_and_payload(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bundles, "DIRECTORY", tmp_path / "none")
    source = differential_source(compared(planted(BASE, "main;hot", 0.05)), **NAMES)
    bundle = DifferentialDisplay(source.payload, source.content)._repr_mimebundle_()
    assert bundle[MIME_TYPE] is source.payload
    assert bundle["text/plain"] == differential_text(source)
    assert "data:image/svg+xml;base64," in bundle["text/html"]
    assert '<th scope="row" class="duronb-words">hot</th>' in bundle["text/html"]
    assert "make build" in bundle["text/html"]


def test_hostile_names_are_text_in_every_output(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "page.js").write_text('const end = "</script><!--";')
    monkeypatch.setattr(bundles, "DIRECTORY", tmp_path)
    hostile = [name for name in HOSTILE if ";" not in name]
    before = {**BASE, **{f"main;{name}": 1.0 for name in hostile}}
    after = {**BASE, **{f"main;{name}": 3.0 + at for at, name in enumerate(hostile)}}
    source = differential_source(
        differential(*groups(before, after, 5, 2)), title=HOSTILE[0], before_title=HOSTILE[1], after_title=HOSTILE[2]
    )
    shown = DifferentialDisplay(source.payload, source.content)
    check_inert(shown.html(), scripts=2)
    check_inert(f"<!DOCTYPE html><html><body>{shown.output()}</body></html>", scripts=1)
    ET.fromstring(shown.svg())
    assert "\x1b" not in repr(shown)
    assert "\u202e" not in repr(shown)
