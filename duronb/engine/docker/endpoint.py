"""Endpoints of the user's Docker engine: ``DOCKER_HOST``, a context, or a well-known socket."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from duronb.quoting import quoted

_SOCKET = "/var/run/docker.sock"
_NO_ADDRESS = "not an address such as unix:///var/run/docker.sock or tcp://host:2375"
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
    default = Endpoint("the default socket", f"unix://{_SOCKET}")
    return [default, *(Endpoint(kind, f"unix://{path}") for kind, path in own if _exists(path))]


def _from_environment(environ: Mapping[str, str], home: Path) -> Endpoint:
    kind, tls = "DOCKER_HOST", bool(environ.get("DOCKER_TLS_VERIFY"))
    url = _complete(environ["DOCKER_HOST"], tls)
    if url is None:
        return Endpoint(kind, None, problem=f"{kind} is {quoted(environ[kind])}, which is {_NO_ADDRESS}")
    if not tls:
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
    tls = _exists(certificates)
    complete = _complete(url, tls)
    if complete is None:
        return Endpoint(kind, None, problem=f"the Docker {kind} names {quoted(url)}, which is {_NO_ADDRESS}")
    return _with_certificates(kind, complete, certificates) if tls else Endpoint(kind, complete)


def _complete(address: str, tls: bool) -> str | None:
    """Return an address with what the docker command adds: socket or port; ``None`` if it is not an address."""
    address = address.strip()
    scheme, separator, rest = address.partition("://")
    if address.startswith("/"):
        return f"unix://{address}"
    if scheme in ("ssh", "npipe", "http+unix") and rest:
        return address
    if not separator or scheme not in ("unix", "tcp", "http", "https") or any(map(str.isspace, rest)):
        return None
    if scheme == "unix":
        return f"unix://{rest or _SOCKET}" if rest.startswith("/") or not rest else None
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if not host:
        return None
    return address if port else f"{scheme}://{parts.netloc.rstrip(':')}:{2376 if tls else 2375}{parts.path}"


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
