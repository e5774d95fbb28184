"""Credential helpers that are missing or broken, with the real docker-py and an engine of a few lines."""

from __future__ import annotations

import json
import threading
import warnings
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from docker import APIClient

from duronb.engine.docker.building import image
from duronb.engine.docker.client import engine_errors
from duronb.engine.docker.credentials import with_credentials
from duronb.errors import HostError
from duronb.events import silent

PAGE = b"<html><body><h1>403 Forbidden</h1>\nRequest forbidden by rules.\n</body></html>\n"


class Requests(ThreadingHTTPServer):
    """An engine: it answers every request, and refuses commands as a proxy does."""

    headers: list[dict[str, str]]
    pulls: dict[str, str]
    status: int


class Handler(BaseHTTPRequestHandler):
    server: Requests

    def do_POST(self) -> None:
        self.server.headers.append(dict(self.headers))
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        forbidden = self.path.endswith("/exec")
        content = PAGE if forbidden else json.dumps(self.server.pulls).encode() + b"\n"
        self.send_response(403 if forbidden else self.server.status)
        self.send_header("Content-Type", "text/html" if forbidden else "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_words: object) -> None:
        """Print nothing."""


@pytest.fixture
def server() -> Iterator[Requests]:
    server = Requests(("127.0.0.1", 0), Handler)
    server.headers, server.pulls, server.status = [], {"status": "Pulled"}, 200
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def client(server: Requests, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[APIClient]:
    (tmp_path / "config.json").write_text(json.dumps({"credsStore": "gone"}), encoding="utf-8")
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    client = APIClient(base_url=f"tcp://127.0.0.1:{server.server_port}", version="1.41")
    yield client
    client.close()


def test_without_its_helper_a_pull_has_no_credentials(client: APIClient, server: Requests) -> None:
    problems: list[str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        answer = with_credentials(client, lambda: client.pull("base", tag="1"), problems.append)
    assert "Pulled" in str(answer)
    assert problems == ["the credential helper docker-credential-gone of Docker's config.json is not installed"]
    assert [headers for headers in server.headers if "X-Registry-Auth" in headers] == []


def test_the_tools_image_is_built_without_asking_the_helper(client: APIClient, server: Requests) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        image._build(client, b"FROM base", "base", "tools:1", {}, emit=silent, nocache=False)
    assert len(server.headers) == 1


def test_a_helper_that_fails_is_named(client: APIClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    helper = tmp_path / "docker-credential-gone"
    helper.write_text("#!/bin/sh\necho 'the keychain is locked'\nexit 1\n", encoding="utf-8")
    helper.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    problems: list[str] = []
    with_credentials(client, lambda: client.pull("base", tag="1"), problems.append)
    assert "the keychain is locked" in problems[0]


@pytest.mark.parametrize("status", [200, 500])
def test_a_pull_that_is_refused_without_credentials_names_the_helper(
    client: APIClient, server: Requests, status: int
) -> None:
    server.pulls = {"error": "denied: no access", "message": "denied: no access"}
    server.status = status
    with pytest.raises(HostError, match=r"docker-credential-gone .* is not installed; without credentials: denied"):
        image._pull_image(client, "private/base:1", silent)


def test_a_page_of_a_proxy_becomes_text_that_names_the_request(client: APIClient) -> None:
    with pytest.raises(HostError) as caught, engine_errors("run a command in the build container"):
        client.exec_create("0123456789abcdef" * 4, ["true"])
    assert caught.value.message == (
        "Docker could not run a command in the build container: 403 Forbidden Request forbidden by rules."
        " (POST /containers/…/exec)."
    )


def test_other_errors_of_docker_py_are_not_taken_for_an_engine_that_stopped(client: APIClient) -> None:
    import docker.errors

    with pytest.raises(HostError, match="Docker could not do this: no such thing"), engine_errors("do this"):
        raise docker.errors.DockerException("no such thing")
