"""The connection to a Docker engine, and the conversion of its failures into errors with a remedy."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from duronb.engine.cargo.failures import is_disk_full
from duronb.engine.docker.endpoint import Endpoint, endpoints
from duronb.errors import DuronbError, HostError
from duronb.quoting import one_line

if TYPE_CHECKING:
    from docker import APIClient
    from docker.errors import APIError

START_ENGINE = "Start Docker, or set DOCKER_HOST to an engine that runs."
ANSWER_SECONDS = 3
"""Time limit for the first answer of an engine."""
REQUEST_SECONDS = 120
"""Time limit for the answer to one request. Streams have no limit."""


def connect(*, answer_seconds: int = ANSWER_SECONDS) -> tuple[APIClient, Endpoint]:
    """Return a client of the first engine that answers.

    Raises
    ------
    HostError
        No engine answers, or docker-py is missing.
    """
    try:
        import docker
    except ImportError as error:
        raise HostError("The Python package docker is not installed.", "Run: pip install docker") from error
    reasons = []
    for endpoint in endpoints():
        if endpoint.problem:
            reasons.append(endpoint.problem)
            continue
        try:
            _check_socket(endpoint, answer_seconds)
            client = docker.APIClient(
                base_url=endpoint.url,
                version="auto",
                timeout=answer_seconds,
                tls=endpoint.tls or False,
                use_ssh_client=True,
            )
        except Exception as error:  # noqa: BLE001 - errors of requests, ssl, ssh and the socket come through
            reasons.append(f"{_endpoint_name(endpoint)} {_connection_problem(error)}")
            continue
        client.timeout = REQUEST_SECONDS
        return client, endpoint
    raise HostError(f"No Docker engine answers: {'; '.join(reasons)}.", START_ENGINE)


def engine_answers() -> tuple[bool, str]:
    """Return whether an engine answers within about three seconds, and a sentence on which one, or on the reason."""
    try:
        client, endpoint = connect()
        with closing(client):
            version = client.version()
    except DuronbError as error:
        return False, error.message
    except Exception as error:  # noqa: BLE001 - as in connect
        return False, f"The Docker engine does not work: {_error_text(error)}."
    return True, f"Docker engine {version.get('Version', 'of unknown version')} answers ({endpoint.kind})."


@contextmanager
def engine_errors(doing: str) -> Iterator[None]:
    """Convert the exceptions of docker-py to HostError.

    Parameters
    ----------
    doing
        What was attempted, to complete "Docker could not …".
    """
    import docker.errors
    import requests.exceptions
    import urllib3.exceptions

    try:
        yield
    except docker.errors.APIError as error:
        raise refused(doing, _explanation(error)) from error
    except docker.errors.DockerException as error:
        raise HostError(f"Docker could not {doing}: {_error_text(error)}.", "Check the engine: docker info") from error
    except (
        requests.exceptions.RequestException,
        urllib3.exceptions.HTTPError,
        ConnectionError,
    ) as error:
        raise HostError(f"The Docker engine stopped answering: it could not {doing}.", START_ENGINE) from error


def _explanation(error: APIError) -> str:
    """Return what an engine, or a proxy before it, answered. A page of HTML becomes text that names the request."""
    text = str(error.explanation or error)
    if re.search(r"<(?:!doctype|html|body|h1)\b", text, re.IGNORECASE) is None:
        return text
    text = " ".join(re.sub(r"<[^<>]*>", " ", text).split())
    request = getattr(error.response, "request", None)
    if request is None:
        return text
    # The version and ids do not help to permit a request in a proxy.
    path = re.sub(r"^/v[\d.]+(?=/)", "", request.path_url.partition("?")[0])
    return f"{text} ({request.method} {re.sub('[0-9a-f]{12,64}', '…', path)})"


def refused(doing: str, explanation: str) -> HostError:
    """Return the error for a request that the engine refused."""
    if is_disk_full(explanation):
        return disk_full(doing)
    return HostError(f"Docker could not {doing}: {one_line(explanation)}.", "Check the engine: docker info")


def disk_full(doing: str) -> HostError:
    """Return the error for an engine whose disk is full."""
    return HostError(f"The Docker engine's disk is full: it could not {doing}.", "See what fills it: docker system df")


def _check_socket(endpoint: Endpoint, seconds: float) -> None:
    """Open and close a local socket. This fails sooner than docker-py, and with a clearer error."""
    if endpoint.scheme == "unix" and endpoint.url is not None:
        with socket.socket(socket.AF_UNIX) as knock:
            knock.settimeout(seconds)
            knock.connect(endpoint.url.removeprefix("unix://"))


def _endpoint_name(endpoint: Endpoint) -> str:
    return f"{endpoint.kind} ({endpoint.scheme})" if endpoint.scheme not in ("", "unix") else endpoint.kind


def _connection_problem(error: BaseException) -> str:
    chain: list[BaseException] = []
    found: BaseException | None = error
    while found is not None and found not in chain:
        chain.append(found)
        found = found.__cause__ or found.__context__
    text = " ".join([*(type(link).__name__ for link in chain), *map(str, chain)])
    if "paramiko" in text:
        return "needs the Python package paramiko (pip install paramiko)"
    if "PermissionError" in text or "Permission denied" in text:
        return "cannot be opened by this user (add the user to the group docker)"
    if "FileNotFoundError" in text or "No such file" in text:
        return "does not exist"
    if "refused" in text:
        return "refuses connections"
    if "imeout" in text or "timed out" in text:
        return "does not answer in time"
    return f"fails ({_error_text(error)})"


def _error_text(error: BaseException) -> str:
    return one_line(str(error) or type(error).__name__, 160)
