"""The engine that pretends, in the place of the one that would be chosen."""

from __future__ import annotations

from pathlib import Path

import pytest

from duronb.store import Store
from tests.capture.pretended import PretendedEngine


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> PretendedEngine:
    """Return what every session of the test will use."""
    pretended = PretendedEngine()
    for module in ("session", "published"):
        monkeypatch.setattr(f"duronb.capture.{module}.choose_engine", lambda _name: (pretended, "native: pretended."))
    return pretended


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "store"))
