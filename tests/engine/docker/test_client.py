from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.engine.docker.client import (
    START_ENGINE,
    connect,
    engine_answers,
    engine_errors,
    refused,
)
from duronb.engine.docker.endpoint import endpoints
from duronb.errors import HostError
from duronb.quoting import one_line


@pytest.fixture(autouse=True)
def no_choice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "docker-config"))


@pytest.fixture
def silent_socket(tmp_path: Path) -> Iterator[str]:
    """Return a socket that accepts connections and never answers."""
    path = tmp_path / "silent.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        yield f"unix://{path}"


def make_context(config: Path, name: str, host: str) -> None:
    """Write a context as the docker command does."""
    import hashlib

    directory = config / "contexts" / "meta" / hashlib.sha256(name.encode()).hexdigest()
    directory.mkdir(parents=True)
    meta = {"Name": name, "Metadata": {}, "Endpoints": {"docker": {"Host": host, "SkipTLSVerify": False}}}
    (directory / "meta.json").write_text(json.dumps(meta), encoding="utf-8")


def test_docker_host_is_the_only_place_to_look(tmp_path: Path) -> None:
    found = endpoints({"DOCKER_HOST": "tcp://engine.invalid:2375", "DOCKER_CONTEXT": "other"}, tmp_path)
    assert [(endpoint.kind, endpoint.url, endpoint.scheme) for endpoint in found] == [
        ("DOCKER_HOST", "tcp://engine.invalid:2375", "tcp")
    ]


def test_a_context_is_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "docker-config"
    make_context(config, "colima", "unix:///somewhere/colima.sock")
    by_variable = endpoints({"DOCKER_CONTEXT": "colima", "DOCKER_CONFIG": str(config)}, tmp_path)
    (config / "config.json").write_text(json.dumps({"currentContext": "colima"}), encoding="utf-8")
    by_file = endpoints({"DOCKER_CONFIG": str(config)}, tmp_path)
    assert [endpoint.url for endpoint in by_variable] == ["unix:///somewhere/colima.sock"]
    assert by_variable == by_file
    assert by_file[0].kind == "context 'colima'"


def test_a_context_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_CONTEXT", "no\nsuch")
    with pytest.raises(HostError, match=r"the Docker context 'no\\nsuch' does not exist"):
        connect()


def test_a_damaged_context_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_context(tmp_path / "docker-config", "bad", "unix:///x")
    next((tmp_path / "docker-config").rglob("meta.json")).write_text("{", encoding="utf-8")
    monkeypatch.setenv("DOCKER_CONTEXT", "bad")
    answers, why = engine_answers()
    assert not answers
    assert "'bad' cannot be read" in why


@pytest.mark.parametrize("content", ["", "[]", '{"currentContext": 3}', '{"currentContext": "default"}'])
def test_a_strange_configuration_means_the_default(tmp_path: Path, content: str) -> None:
    (tmp_path / ".docker").mkdir()
    (tmp_path / ".docker" / "config.json").write_text(content, encoding="utf-8")
    assert endpoints({}, tmp_path)[0].kind == "the default socket"


def test_the_sockets_of_a_users_own_engines_come_after_the_default(tmp_path: Path) -> None:
    for name in (".docker/run", ".colima/default", "run/podman"):
        (tmp_path / name).mkdir(parents=True)
    for name in (".docker/run/docker.sock", ".colima/default/docker.sock", "run/podman/podman.sock"):
        (tmp_path / name).touch()
    found = endpoints({"XDG_RUNTIME_DIR": str(tmp_path / "run")}, tmp_path)
    assert [endpoint.kind for endpoint in found][:4] == ["the default socket", "Docker Desktop", "Colima", "Podman"]


def test_an_absent_engine_is_one_sentence_and_a_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    assert engine_answers() == (False, "No Docker engine answers: DOCKER_HOST does not exist.")
    with pytest.raises(HostError) as caught:
        connect()
    assert caught.value.remedy == START_ENGINE


def test_a_socket_without_a_listener_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "dead.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
    monkeypatch.setenv("DOCKER_HOST", f"unix://{path}")
    assert engine_answers()[1] == "No Docker engine answers: DOCKER_HOST refuses connections."


@pytest.mark.long
def test_an_engine_that_does_not_answer_in_time_is_skipped(silent_socket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", silent_socket)
    with pytest.raises(HostError, match="DOCKER_HOST does not answer in time"):
        connect(answer_seconds=1)


def test_an_invalid_docker_host_is_an_error_with_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "nonsense://\x1b[31m")
    answers, why = engine_answers()
    assert not answers
    assert why.isprintable()


def test_missing_certificates_are_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://engine.invalid:2376")
    monkeypatch.setenv("DOCKER_TLS_VERIFY", "1")
    monkeypatch.setenv("DOCKER_CERT_PATH", str(tmp_path / "none"))
    answers, why = engine_answers()
    assert not answers
    assert "has no certificates" in why


def test_a_full_disk_points_to_what_fills_it() -> None:
    error = refused("start the workload", "write /var/lib/x: no space left on device")
    assert "disk is full" in error.message
    assert "docker system df" in error.remedy


def test_errors_of_the_connection_become_one_sentence() -> None:
    import requests.exceptions

    with pytest.raises(HostError, match="could not do this"), engine_errors("do this"):
        raise requests.exceptions.ConnectionError("('Connection aborted.', ConnectionResetError(104))")


def test_other_errors_pass_through() -> None:
    with pytest.raises(KeyboardInterrupt), engine_errors("do this"):
        raise KeyboardInterrupt


@given(st.text(), st.integers(1, 400))
def test_a_message_is_one_printable_line_of_limited_length(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert line.isprintable()
    assert len(line) <= limit


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("unix://", "unix:///var/run/docker.sock"),
        ("unix:///x.sock", "unix:///x.sock"),
        ("/run/docker.sock", "unix:///run/docker.sock"),
        ("tcp://engine", "tcp://engine:2375"),
        ("tcp://[::1]", "tcp://[::1]:2375"),
        ("tcp://engine:1", "tcp://engine:1"),
        ("ssh://user@engine", "ssh://user@engine"),
    ],
)
def test_an_address_is_completed_as_the_docker_command_does(tmp_path: Path, address: str, url: str) -> None:
    assert [endpoint.url for endpoint in endpoints({"DOCKER_HOST": address}, tmp_path)] == [url]


@pytest.mark.parametrize(
    "address", ["engine", "engine:2375", "tcp://", "tcp://engine:port", "unix://relative", "fd://"]
)
def test_a_docker_host_that_is_no_address_is_an_error_with_examples(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("DOCKER_HOST", address)
    answers, why = engine_answers()
    assert not answers
    assert why == (
        f"No Docker engine answers: DOCKER_HOST is '{address}', which is not an address such as"
        " unix:///var/run/docker.sock or tcp://host:2375."
    )


def test_an_empty_docker_host_means_the_default(tmp_path: Path) -> None:
    assert endpoints({"DOCKER_HOST": ""}, tmp_path)[0].kind == "the default socket"
