"""Every field of ``run.json`` that is written anywhere is named by its JSON Schema."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from duronb.capture.ab.blocks import run_blocks
from duronb.capture.ab.sides import build_sides, prepare_sides
from duronb.capture.imports.results import import_results_file
from duronb.capture.imports.samples import import_samples
from duronb.capture.session import Session
from duronb.engine.docker.building.image import ToolsImage
from duronb.engine.docker.endpoint import Endpoint
from duronb.engine.docker.engine import DockerEngine
from duronb.engine.docker.facts import engine_facts
from duronb.engine.docker.recording.ladder import Rung
from duronb.engine.machine.embedded import EmbeddedEngine
from duronb.engine.machine.native import NativeEngine
from duronb.ingest.samples import read_samples
from duronb.ingest.source import open_source
from duronb.request import ProfileRequest
from duronb.store import Store
from duronb.subject.checkout import open_checkout
from duronb.subject.release import release_facts, release_source
from tests.capture.pretended import SAMPLES, PretendedEngine
from tests.ingest.stress_test.results_text import OWN
from tests.json_schema import problems, validator_of
from tests.store.run_schema import closed_validator, run_schema

pytestmark = pytest.mark.long

EMBEDDED = b'{"duronb":"embedded samples","version":1,"frequency_hz":250.0,"event":"cpu-time:u","lost":0}\n'


def known(part: str) -> set[str]:
    return set(run_schema()["$defs"][part]["properties"])


def stored_records(store: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(store.glob("*/run.json"))]


def check(store: Path, runs: int) -> list[dict[str, Any]]:
    records = stored_records(store)
    assert len(records) == runs
    for record in records:
        assert problems(closed_validator(), record) == []
    return records


@pytest.mark.parametrize("behaviours", [[], ["well", "crash"], ["well", "interrupt"]])
def test_runs_of_a_series(tmp_path: Path, behaviours: list[str]) -> None:
    engine = PretendedEngine(behaviours=behaviours)
    first, second = (release_source(version).source_hash for version in ("0.1.1", "0.1.2"))
    engine.tokio_of = {first: "1.40.0", second: "1.41.0"}
    requests = [
        ProfileRequest(release=version, label=version, seconds=2, stages=("file:2/2",), engine="native")
        for version in ("0.1.1", "0.1.2")
    ]
    with Session(Store(str(tmp_path)), engine=engine) as session:
        sides = build_sides(session, *prepare_sides(session, *requests))
        run_blocks(session, *sides, 1, seed=7)

    records = check(tmp_path, 2 if "interrupt" in behaviours else 4)
    assert all("packages" in record["series"] for record in records)
    statuses = {"crash": {"complete", "failed"}, "interrupt": {"complete", "interrupted"}}
    assert {record["status"] for record in records} == statuses.get((behaviours or [""])[-1], {"complete"})


def test_imported_samples(tmp_path: Path) -> None:
    store = tmp_path / "store"
    for name, content in (("a.perf", SAMPLES), ("a.folded", b"t;main;a 300\nt;main;b 100\n")):
        (tmp_path / name).write_bytes(content)
        with open_source(tmp_path / name) as source:
            import_samples(source, "theirs", Store(str(store)))
    check(store, 2)


def test_imported_results(tmp_path: Path) -> None:
    document = tmp_path / "stress-test-results.md"
    document.write_text(OWN, encoding="utf-8")
    runs = import_results_file(document, "theirs", Store(str(tmp_path / "store")))
    assert all(record["metric_only"] for record in check(tmp_path / "store", len(runs)))


def test_what_engines_samplers_and_subjects_state(make_checkout: Any) -> None:
    for engine in (NativeEngine(), EmbeddedEngine()):
        assert set(engine.environment().to_json()) <= known("environment")
    for samples in (read_samples([SAMPLES], "perf"), read_samples([EMBEDDED], "embedded")):
        assert set(samples.environment.to_json()) <= known("environment")
        assert set(samples.clocks.to_json()) == known("clocks")
        assert set(samples.quality.to_json()) <= known("quality")
    assert set(open_checkout(make_checkout(), None).facts.to_json()) <= known("subject")
    assert set(release_facts("0.1.32", release_source("0.1.32")).to_json()) <= known("subject")


def test_what_the_docker_engine_states() -> None:
    engine: Any = DockerEngine()
    client: Any = SimpleNamespace(
        info=lambda: {
            "ID": "id",
            "MemTotal": 2**34,
            "NCPU": 8,
            "OperatingSystem": "Debian 12",
            "Architecture": "x86_64",
        },
        version=lambda: {"Version": "27.0"},
    )
    facts = b"6.1.0\n2\n0\nperf version 6.1.0\nA processor\n"
    endpoint = Endpoint("default", "unix:///run/docker.sock")
    image = ToolsImage(id="sha256:1", tag="duronb-tools:1", base="rust:1")
    container: Any = SimpleNamespace(must=lambda _command, _what: facts)
    engine._facts = engine_facts(client, endpoint, image, container)
    engine._tried = [Rung("perfmon", user=True, kernel=True, kernel_names=True)]

    environment = engine.environment().to_json()
    schema = run_schema() | {
        "$ref": "#/$defs/environment",
        "required": [],
        "properties": {},
        "additionalProperties": True,
    }
    assert set(environment) <= known("environment")
    assert problems(validator_of(schema), environment) == []
