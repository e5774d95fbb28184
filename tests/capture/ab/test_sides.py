from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from duronb.capture.ab.blocks import run_blocks
from duronb.capture.ab.sides import SameBinaryError, build_sides, prepare_sides
from duronb.capture.session import Session
from duronb.cli.exit_codes import USAGE, of_error
from duronb.request import ProfileRequest
from duronb.store import Store
from tests.capture.pretended import PretendedEngine


def requests(before: str, after: str) -> tuple[ProfileRequest, ProfileRequest]:
    options: dict[str, Any] = {"seconds": 2, "stages": ("file:2/2",), "engine": "native"}
    return ProfileRequest(release=before, label="one", **options), ProfileRequest(release=after, label="two", **options)


@pytest.fixture
def engine() -> PretendedEngine:
    """An engine that compiles everything to one program."""
    return PretendedEngine(program_of=lambda _plan: "one program")


def test_two_sources_with_one_binary_are_refused_before_a_run(engine: PretendedEngine, tmp_path: Path) -> None:
    with Session(Store(str(tmp_path)), engine=engine) as session, pytest.raises(SameBinaryError) as caught:
        build_sides(session, *prepare_sides(session, *requests("0.1.1", "0.1.2")))
    assert "duroxide 0.1.1 and duroxide 0.1.2 have different sources, but" in str(caught.value)
    assert "cannot differ in speed" in str(caught.value)
    assert of_error(caught.value) == USAGE
    assert engine.recorded == []


@pytest.mark.long
def test_one_source_with_one_binary_measures_the_noise(engine: PretendedEngine, tmp_path: Path) -> None:
    with Session(Store(str(tmp_path)), engine=engine) as session:
        series = run_blocks(session, *build_sides(session, *prepare_sides(session, *requests("0.1.1", "0.1.1"))), 1)
    expected = hashlib.sha256(b"one program").hexdigest()
    assert [run.environment.binary_sha256 for run in series.runs] == [expected] * 4
