from __future__ import annotations

import json
from pathlib import Path

import pytest

from duronb.errors import DuronbError
from duronb.views.flamegraph.display_tree import display_tree
from duronb.views.kit import bundles
from duronb.views.payload.reading import decode_payload
from duronb.views.run.page import page
from tests.views.profiles import cells_of, hostile_run, make_run, realistic_cells, small_cells
from tests.views.reading import Reader, check_inert


@pytest.fixture(autouse=True)
def bundle(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "page.js").write_text('const end = "</script><!--";')
    monkeypatch.setattr(bundles, "DIRECTORY", tmp_path)


def test_the_page_holds_run_table_picture_and_payload() -> None:
    run = make_run(realistic_cells(300))
    reader = Reader(page(run, "File SQLite 2/2"))
    text = " ".join(reader.text)
    for part in ("baseline", "duroxide 0.1.32", "docker", "cpu-clock", "File SQLite 2/2", "20.24", "Hottest functions"):
        assert part in text
    payload = json.loads(reader.scripts[0])
    assert payload["state"]["stage"] == "File SQLite 2/2"
    assert cells_of(decode_payload(payload).profile) == cells_of(display_tree(run.profile).profile)
    assert reader.scripts[1] == 'const end = "\\x3c/script>\\x3c!--";'
    image = next(attributes for tag, attributes in reader.tags if tag == "img")
    assert "Flamegraph of baseline" in (image["alt"] or "")
    assert ("noscript", {}) in reader.tags


def test_the_page_forbids_network_requests() -> None:
    text = page(make_run(small_cells()))
    policy = (
        next(a for tag, a in Reader(text).tags if a.get("http-equiv") == "Content-Security-Policy")["content"] or ""
    )
    assert "default-src 'none'" in policy
    assert not any(word in policy for word in ("connect-src", "http", "*", "'self'"))
    assert "http://" not in text
    assert "https://" not in text


def test_tables_have_captions_and_scopes() -> None:
    tags = Reader(page(make_run(small_cells()))).tags
    names = [tag for tag, _ in tags]
    assert names.count("table") == names.count("caption") == 4
    assert {attributes.get("scope") for tag, attributes in tags if tag == "th"} == {"col", "row"}


def test_hostile_names_are_text() -> None:
    check_inert(page(hostile_run()), scripts=2)


def test_a_missing_script_names_the_build_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bundles, "DIRECTORY", tmp_path / "none")
    with pytest.raises(DuronbError, match="make build"):
        page(make_run(small_cells()))
