"""Endpoints of the user's Docker engine: ``DOCKER_HOST``, a context, or a well-known socket."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from duronb.quoting import quoted

_CERTIFICATES = ("ca.pem", "cert.pem", "key.pem")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address at which an engine may answer.

    Parameters
    ----------
    kind
        How it was found, such as ``DOCKER_HOST`` or ``context 'colima'``; shown in messages and stored in runs.
    url
        Base URL for docker-py; ``None`` if there is a ``problem``.
    tls
        A docker-py TLS configuration.
    problem
        Why this endpoint cannot be used; empty if it can.
    """

    kind: str
    url: str | None
    tls: Any = None
    problem: str = ""

    @property
    def scheme(self) -> str:
        """Scheme of the URL: ``unix``, ``tcp`` or ``ssh``."""
        return (self.url or "").partition("://")[0]


def endpoints(environ: Mapping[str, str] | None = None, home: Path | None = None) -> list[Endpoint]:
    """Return the endpoints to try, in order of preference.

    If the user chose one (``DOCKER_HOST``, ``DOCKER_CONTEXT``, the current context), it is the only one. Otherwise
    they are the default socket and the existing sockets of well-known engines.
    """
    environ = os.environ if environ is None else environ
    home = Path.home() if home is None else home
    if environ.get("DOCKER_HOST"):
        return [_from_environment(environ, home)]
    config = Path(environ.get("DOCKER_CONFIG") or home / ".docker")
    name = environ.get("DOCKER_CONTEXT") or _current_context(config)
    if name and name != "default":
        return [_from_context(config, name)]
    own = [
        ("Docker Desktop", home / ".docker/run/docker.sock"),
        ("Colima", home / ".colima/default/docker.sock"),
        ("OrbStack", home / ".orbstack/run/docker.sock"),
        ("Rancher Desktop", home / ".rd/docker.sock"),
    ]
    runtime = environ.get("XDG_RUNTIME_DIR")
    if runtime:
        own += [("rootless Docker", Path(runtime, "docker.sock")), ("Podman", Path(runtime, "podman/podman.sock"))]
    own.append(("Podman", Path("/run/podman/podman.sock")))
    default = Endpoint("the default socket", "unix:///var/run/docker.sock")
    return [default, *(Endpoint(kind, f"unix://{path}") for kind, path in own if _exists(path))]


def _from_environment(environ: Mapping[str, str], home: Path) -> Endpoint:
    kind, url = "DOCKER_HOST", environ["DOCKER_HOST"]
    if not environ.get("DOCKER_TLS_VERIFY"):
        return Endpoint(kind, url)
    directory = Path(environ.get("DOCKER_CERT_PATH") or home / ".docker")
    return _with_certificates(kind, url, directory)


def _from_context(config: Path, name: str) -> Endpoint:
    """Return the endpoint of a context, read from the files of the docker command."""
    kind = f"context {quoted(name)}"
    identity = hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()
    try:
        meta = json.loads((config / "contexts/meta" / identity / "meta.json").read_text(encoding="utf-8"))
        url = meta["Endpoints"]["docker"]["Host"]
    except FileNotFoundError:
        return Endpoint(kind, None, problem=f"the Docker context {quoted(name)} does not exist")
    except (OSError, ValueError, KeyError, TypeError):
        url = None
    if not isinstance(url, str) or not url:
        return Endpoint(kind, None, problem=f"the Docker context {quoted(name)} cannot be read")
    certificates = config / "contexts/tls" / identity / "docker"
    return _with_certificates(kind, url, certificates) if _exists(certificates) else Endpoint(kind, url)


def _with_certificates(kind: str, url: str, directory: Path) -> Endpoint:
    import docker.errors
    import docker.tls

    authority, certificate, key = (str(directory / name) for name in _CERTIFICATES)
    try:
        tls = docker.tls.TLSConfig(client_cert=(certificate, key), ca_cert=authority, verify=True)
    except docker.errors.TLSParameterError:
        return Endpoint(kind, None, problem=f"{kind} has no certificates ({', '.join(_CERTIFICATES)}) in {directory}")
    return Endpoint(kind, url, tls)


def _current_context(config: Path) -> str | None:
    try:
        settings = json.loads((config / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    name = settings.get("currentContext") if isinstance(settings, dict) else None
    return name if isinstance(name, str) else None


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False
