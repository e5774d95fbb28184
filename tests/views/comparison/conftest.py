"""Short, fixed JavaScript in place of the built bundles."""

from __future__ import annotations

from pathlib import Path

import pytest

from duronb.views.kit import bundles
from duronb.views.live import loader


@pytest.fixture(autouse=True)
def bundle(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("duronb.js", "page.js"):
        (tmp_path / name).write_text("window.theExtension = 1;")
    monkeypatch.setattr(bundles, "DIRECTORY", tmp_path)
    monkeypatch.setattr(loader, "_loader", loader._Loader())
