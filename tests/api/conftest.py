"""The engine that pretends, in the place of the one that would be chosen; a store."""

from __future__ import annotations

from pathlib import Path

import pytest

from duronb.store import Store
from tests.capture.pretended import pretended_engine

__all__ = ["pretended_engine"]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "store"))
