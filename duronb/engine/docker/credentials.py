"""Requests for which docker-py asks credential helpers, such as ``docker-credential-desktop``, that may be missing."""

from __future__ import annotations

import json
import re
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from duronb.quoting import one_line

if TYPE_CHECKING:
    from docker import APIClient

_Result = TypeVar("_Result")
_NO_REGISTRY: dict[str, dict[str, dict[str, str]]] = {"auths": {"unused.invalid": {}}}
"""A configuration without credentials. docker-py would replace an empty one by the user's."""


def with_credentials(client: APIClient, request: Callable[[], _Result], on_problem: Callable[[str], None]) -> _Result:
    """Send a request with the user's credentials. If a credential helper fails, send it without credentials.

    Parameters
    ----------
    client
        Client of the engine. After a failure it has no credentials.
    request
        Sends the request.
    on_problem
        Called with a clause on the helper that failed, before the request is sent without credentials.

    Returns
    -------
    The answer.
    """
    import docker.errors
    from docker.credentials.errors import StoreError

    with warnings.catch_warnings():
        # docker-py warns about a missing helper, and then raises an error.
        warnings.simplefilter("ignore", UserWarning)
        try:
            return request()
        except (StoreError, docker.errors.DockerException) as error:
            reason = _helper_problem(error)
            if reason is None:
                raise
    on_problem(reason)
    forget_credentials(client)
    return request()


def forget_credentials(client: APIClient) -> None:
    """Remove the user's credentials from a client, so that it asks no credential helper."""
    with tempfile.TemporaryDirectory(prefix="duronb-") as directory:
        path = Path(directory, "config.json")
        path.write_text(json.dumps(_NO_REGISTRY), encoding="utf-8")
        client.reload_config(str(path))


def _helper_problem(error: Exception) -> str | None:
    """Return a clause on the helper that failed; ``None`` if another thing failed."""
    import docker.errors

    text = str(error)
    if isinstance(error, docker.errors.DockerException) and "credential" not in text.lower():
        return None
    if isinstance(error, docker.errors.APIError):
        return None
    missing = re.search(r"(docker-credential-[\w.-]+) not installed", text)
    if missing is not None:
        return f"the credential helper {missing[1]} of Docker's config.json is not installed"
    return f"a credential helper of Docker's config.json fails: {one_line(text, 120)}"
