"""The doctor: what it finds on machines of different kinds."""

from __future__ import annotations

import json
import os
import sys
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import create_autospec

import jupyter_core.paths
import pytest
from docker import APIClient

from duronb.api import doctor
from duronb.api.doctor import Check, as_table, diagnose
from duronb.cache import cache_directory
from duronb.cli import main
from duronb.engine import choose
from duronb.engine.choose import choose_engine
from duronb.engine.docker import client as docker_client
from duronb.engine.docker.client import connect
from duronb.engine.docker.endpoint import Endpoint
from duronb.engine.protocol import Engine
from duronb.engine.recording import Recording
from duronb.errors import HostError, StoreError
from duronb.store import Store
from duronb.views.kit import bundles
from tests.capture.pretended import PretendedEngine


class Machine:
    """A machine made of a PATH and a store of its own, and engines that answer as the test says."""

    def __init__(self, tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.tools = tools
        self.no_engine: HostError | None = None
        tools.mkdir()
        monkeypatch.setenv("PATH", str(tools))
        monkeypatch.setenv("DURONB_STORE", str(tools))
        # The real signatures: a call that they refuse fails here too.
        monkeypatch.setattr(choose, "choose_engine", create_autospec(choose_engine, side_effect=self.choose_engine))
        monkeypatch.setattr(docker_client, "connect", create_autospec(connect, side_effect=self.connect))

    def install(self, name: str, line: str, exit_code: int = 0) -> None:
        tool = self.tools / name
        tool.write_text(f"#!/bin/sh\necho '{line}'\nexit {exit_code}\n", encoding="utf-8")
        tool.chmod(0o755)

    def choose_engine(self, name: str) -> tuple[Engine, str]:
        if self.no_engine is not None:
            raise self.no_engine
        return PretendedEngine(name="docker"), "Docker answers"

    def connect(self, *, answer_seconds: int = 0) -> tuple[APIClient, Endpoint]:
        if self.no_engine is not None:
            raise self.no_engine
        return client(), Endpoint("context colima", "unix:///run/docker.sock")


@cache
def client() -> Any:
    """Return a client of an engine that says only its version; to inspect the real class takes long."""
    client = create_autospec(APIClient, instance=True)
    client.version.return_value = {"Version": "20.10.24"}
    return client


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    monkeypatch.chdir(tmp_path)
    return Machine(tmp_path / "tools", monkeypatch)


def checks(**options: Any) -> dict[str, Check]:
    return {check.name: check for check in diagnose(**options)}


def test_bare_machine_with_an_engine_can_profile(machine: Machine) -> None:
    found = checks()
    assert found["engine"].status == "ok"
    assert found["engine"].found == "Docker answers"
    assert found["docker"].found == "engine 20.10.24 answers (context colima)"
    assert [found[name].status for name in ("rust", "git")] == ["warn", "warn"]
    assert all(check.remedy for check in found.values() if check.status != "ok")


def test_a_checkout_can_be_named(machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DURONB_STORE", raising=False)
    assert checks()["checkout"].found == "none here: the newest release is profiled"
    root = tmp_path / "a checkout"
    root.mkdir()
    (root / "Cargo.toml").write_text('[package]\nname = "duroxide"\nversion = "0.1.26"\n', encoding="utf-8")
    found = checks(repo=str(root))
    assert found["checkout"] == Check(name="checkout", status="ok", found=str(root))
    assert found["store"].found.startswith(str(root / "profiling" / "results"))
    assert checks(repo=str(tmp_path))["checkout"].status == "fail"


def test_installed_tools_are_named_with_their_versions(machine: Machine) -> None:
    for tool in ("cargo", "rustc", "git", "perf"):
        machine.install(tool, f"{tool} 1.2.3")
    found = checks()
    assert found["rust"] == Check(name="rust", status="ok", found="cargo 1.2.3, rustc 1.2.3")
    assert found["git"].found == "git 1.2.3"
    if sys.platform == "linux":
        assert found["perf"].found.startswith("perf 1.2.3")


@pytest.mark.skipif(sys.platform != "linux", reason="perf is of Linux")
@pytest.mark.parametrize(
    ("user", "settings", "status", "described"),
    [
        (0, (4, 1), "ok", "perf_event_paranoid 4"),
        (1000, (4, 1), "warn", "not permitted"),
        (1000, (2, 0), "warn", "without kernel frames"),
        (1000, (1, 1), "warn", "without kernel frames"),
        (1000, (1, 0), "ok", "kptr_restrict 0"),
    ],
)
def test_perf_is_judged_by_what_the_kernel_allows(
    machine: Machine,
    monkeypatch: pytest.MonkeyPatch,
    *,
    user: int,
    settings: tuple[int, int],
    status: str,
    described: str,
) -> None:
    machine.install("perf", "perf version 6.1")
    kernel_settings = dict(zip(("perf_event_paranoid", "kptr_restrict"), settings, strict=True))
    monkeypatch.setattr(doctor, "_kernel_setting", kernel_settings.get)
    monkeypatch.setattr(os, "geteuid", lambda: user)
    perf = checks()["perf"]
    assert perf.status == status
    assert described in perf.found
    assert bool(perf.remedy) == (status != "ok")


def test_no_engine_fails_with_what_to_do(machine: Machine) -> None:
    machine.no_engine = HostError("No engine can work here.", "Start Docker.")
    assert checks()["engine"] == Check(
        name="engine", status="fail", found="No engine can work here.", remedy="Start Docker."
    )


def test_missing_docker_alone_is_a_warning(machine: Machine) -> None:
    machine.no_engine = HostError("No Docker engine answers.", "Start one.")
    assert checks()["docker"] == Check(
        name="docker", status="warn", found="No Docker engine answers.", remedy="Start one."
    )


def test_store_that_cannot_be_written_fails(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = StoreError("The store cannot be written.", "Set DURONB_STORE.")
    monkeypatch.setattr(Store, "check_writable", create_autospec(Store.check_writable, side_effect=refused))
    assert checks()["store"].status == "fail"


def test_little_room_is_a_warning(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_free_bytes", lambda root: 1024**3)
    assert checks()["store"].status == "warn"
    assert "1.0 GiB free" in checks()["store"].found


def test_store_is_not_made_by_looking_at_it(machine: Machine, tmp_path: Path) -> None:
    assert checks(store=str(tmp_path / "new" / "results"))["store"].status == "ok"
    assert not (tmp_path / "new").exists()


def test_a_remote_store_has_no_free_space(machine: Machine) -> None:
    assert checks(store="memory://runs")["store"].found == "memory://runs, writable"


def test_interrupted_recordings_are_counted_and_left_to_be_collected(machine: Machine) -> None:
    Recording.create("docker_a_20260314T150926Z").release()
    running = Recording.create("docker_b_20260314T150926Z")
    found = checks()["cache"]
    assert "1 interrupted recording not yet collected" in found.found
    assert [recording.id for recording in Recording.abandoned()] == ["docker_a_20260314T150926Z"]
    running.remove()
    assert (cache_directory() / "recordings").is_dir()


def test_missing_bundles_fail(machine: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bundles, "DIRECTORY", tmp_path / "dist")
    assert checks()["bundles"].status == "fail"
    (tmp_path / "dist").mkdir()
    for name in ("duronb.js", "page.js", "svg.js", "widget.js"):
        (tmp_path / "dist" / name).write_text("0", encoding="utf-8")
    assert checks()["bundles"].status == "ok"


def test_labextension_is_found_where_jupyter_looks(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jupyter_core.paths, "jupyter_path", lambda *names: [str(tmp_path / "share")])
    assert checks()["labextension"].status == "warn"
    there = tmp_path / "share" / "@duronb" / "labextension"
    there.mkdir(parents=True)
    (there / "package.json").write_text("{}", encoding="utf-8")
    assert checks()["labextension"] == Check(name="labextension", status="ok", found=str(there))


def test_check_that_breaks_does_not_hide_the_others(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Check:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(doctor, "_git", broken)
    found = checks()
    assert found["git"].status == "fail"
    assert "ZeroDivisionError: by zero" in found["git"].found
    assert found["labextension"].name == "labextension"


def test_table_has_a_line_for_each_check_and_one_for_what_to_do() -> None:
    table = as_table(
        [
            Check(name="python", status="ok", found="3.11"),
            Check(name="git", status="warn", found="not installed", remedy="Install git."),
        ]
    )
    assert table.splitlines() == ["ok    python  3.11", "warn  git     not installed", "              -> Install git."]


@pytest.mark.parametrize(("no_engine", "code"), [(None, 0), (HostError("None.", "Start one."), 2)])
def test_command_fails_when_a_check_does(
    machine: Machine,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    no_engine: HostError | None,
    code: int,
) -> None:
    machine.no_engine = no_engine
    monkeypatch.setattr(bundles, "bundle_text", lambda name: "0")
    assert main(["doctor", "--json"]) == code
    names = [check["name"] for check in json.loads(capsys.readouterr().out)["checks"]]
    assert names[:2] == ["python", "engine"]


@pytest.mark.skipif(sys.platform != "linux", reason="perf is of Linux")
def test_a_perf_for_another_kernel_is_installed_but_does_not_work(machine: Machine) -> None:
    machine.install("perf", "WARNING: perf not found for kernel 5.15.90.1-microsoft", exit_code=2)
    perf = checks()["perf"]
    assert perf.status == "warn"
    assert perf.found.startswith("perf is not installed for this kernel: perf not found for kernel 5.15.90.1-m")
    assert "linux-tools-generic" in perf.remedy
