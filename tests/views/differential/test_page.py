"""The page of a differential."""

from __future__ import annotations

from pathlib import Path

import pytest

from duronb.errors import DuronbError
from duronb.views.differential.page import differential_page
from duronb.views.kit import bundles
from tests.views.differential.encoder import Pair, differential_payload
from tests.views.differential.pairs import TITLES, pair
from tests.views.profiles import (
    HOSTILE,
    STAGES,
    Cell,
    make_profile,
)
from tests.views.reading import check_inert


def test_hostile_names_are_text_in_the_page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "page.js").write_text('const end = "</script><!--";')
    monkeypatch.setattr(bundles, "DIRECTORY", tmp_path)
    stacks: dict[Cell, int] = {
        (STAGES[0], "main", place, ((name, f"module {name}"),)): 1 for place, name in enumerate(HOSTILE)
    }
    profile = make_profile(stacks)
    sides = Pair.of(profile, profile)
    payload = differential_payload(sides, title=HOSTILE[0], before_title=HOSTILE[1], after_title=HOSTILE[2])
    check_inert(differential_page(payload, HOSTILE[0]), scripts=2)


def test_a_page_without_the_script_names_the_build_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bundles, "DIRECTORY", tmp_path / "none")
    with pytest.raises(DuronbError, match="make build"):
        differential_page(differential_payload(pair({"a": 1}, {}), **TITLES), "t")
