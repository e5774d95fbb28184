"""The tools image: perf and what cargo needs, on a base image with Rust."""

from __future__ import annotations

import hashlib
import io
import os
import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, TypedDict

from duronb.engine.cargo.failures import is_disk_full
from duronb.engine.docker.client import disk_full, engine_errors
from duronb.engine.docker.credentials import forget_credentials, with_credentials
from duronb.errors import BuildError, HostError
from duronb.events import Emit, Event
from duronb.quoting import one_line, quoted

if TYPE_CHECKING:
    from docker import APIClient

REPOSITORY = "duronb-tools"
TOOLS = {"duronb": "tools"}
"""Label of the images."""
_LAST_LINES = 30
_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[@-~]")
_BASE_REMEDY = "Set DURONB_BASE_IMAGE to an image with Rust and apt that this engine has or can pull."


@dataclass(frozen=True, slots=True)
class ToolsImage:
    """The image in which workloads are built and run.

    Parameters
    ----------
    tag
        Its name, such as ``duronb-tools:1f0c…``.
    id
        Id of the image in the engine.
    base
        Name of its base image.
    """

    tag: str
    id: str
    base: str


class _Message(TypedDict, total=False):
    """A message of an engine during a build or a pull."""

    stream: str
    status: str
    id: str
    progressDetail: dict[str, int]
    error: str
    errorDetail: dict[str, str]
    aux: dict[str, str]


def ensure_image(client: APIClient, emit: Emit, *, rebuild: bool) -> ToolsImage:
    """Return the tools image. Build it if it is missing or with ``rebuild``.

    Raises
    ------
    HostError
        The base image is missing and cannot be pulled, or the disk is full.
    BuildError
        A step of the Dockerfile failed; the last lines are in the error.
    """
    dockerfile = files("duronb.engine.docker").joinpath("Dockerfile").read_bytes()
    text_hash = hashlib.sha256(dockerfile).hexdigest()[:16]
    base = os.environ.get("DURONB_BASE_IMAGE") or default_base(dockerfile.decode())
    base_id = _image_id(client, base)
    if base_id is None:
        kept = None if rebuild else _built_on(client, base, text_hash)
        if kept is not None:
            return kept
        _pull_image(client, base, emit)
        base_id = _image_id(client, base)
    tag = f"{REPOSITORY}:{hashlib.sha256(f'{text_hash} {base} {base_id}'.encode()).hexdigest()[:16]}"
    before = _image_id(client, tag)
    if before is not None and not rebuild:
        return ToolsImage(tag, before, base)
    labels = {**TOOLS, "duronb.base": base, "duronb.dockerfile": text_hash}
    _build(client, dockerfile, base, tag, labels, emit=emit, nocache=rebuild)
    after = _image_id(client, tag)
    if after is None:
        raise HostError("Docker built the tools image, but cannot find it.", "Try again with rebuild.")
    if before not in (None, after):
        _remove_image(client, str(before))
    return ToolsImage(tag, after, base)


def default_base(dockerfile: str) -> str:
    """Return the base image that the Dockerfile names."""
    named = re.search(r"^ARG BASE_IMAGE=(\S+)$", dockerfile, re.MULTILINE)
    if named is None:
        raise RuntimeError("the Dockerfile names no base image")
    return named[1]


def build_network() -> str | None:
    """Return the network for image builds and cargo; ``None`` for the engine's default bridge."""
    return os.environ.get("DURONB_BUILD_NETWORK") or None


def network_hint() -> str:
    """Return the remedy for containers without network access."""
    network = build_network()
    if network is None:
        return "Containers have no network access over the engine's bridge: try DURONB_BUILD_NETWORK=host."
    return f"Containers have no access over the network {quoted(network)}: change DURONB_BUILD_NETWORK."


def looks_offline(text: str) -> bool:
    """Return whether an error message describes missing network access."""
    return (
        re.search(
            r"Temporary failure resolving|Could ?n[o']t resolve|Failed to connect|Network is unreachable"
            r"|Connection timed out|dial tcp|no such host|i/o timeout",
            text,
            re.IGNORECASE,
        )
        is not None
    )


def _build(
    client: APIClient, dockerfile: bytes, base: str, tag: str, labels: dict[str, str], *, emit: Emit, nocache: bool
) -> None:
    emit(Event(kind="output", step="prepare", text=f"Building the tools image on {one_line(base)}"))
    with engine_errors("build the tools image"):
        # The base image is there, so docker-py need not ask the user's credential helpers, which may be missing.
        forget_credentials(client)
        messages = client.build(
            fileobj=io.BytesIO(dockerfile),
            tag=tag,
            labels=labels,
            buildargs={"BASE_IMAGE": base},
            network_mode=build_network(),
            nocache=nocache,
            rm=True,
            forcerm=True,
            decode=True,
        )
        failure, lines = _emit_messages(messages, emit)
    if failure is None:
        return
    output = "\n".join([*lines, failure])
    if is_disk_full(output):
        raise disk_full("build the tools image")
    if looks_offline(output):
        raise HostError("The tools image cannot be built: apt-get cannot reach a package archive.", network_hint())
    raise BuildError(
        f"The tools image cannot be built on {quoted(base)}: {one_line(failure)}.",
        "It needs Rust, a C compiler and apt-get; DURONB_BASE_IMAGE names another base image.",
        output,
    )


def _pull_image(client: APIClient, base: str, emit: Emit) -> None:
    import docker.errors
    from docker.utils import parse_repository_tag

    emit(Event(kind="output", step="prepare", text=f"Pulling {one_line(base)}"))
    repository, tag = parse_repository_tag(base)
    failure: str | None
    problems: list[str] = []
    try:
        with engine_errors("pull the base image"):
            try:
                messages = with_credentials(
                    client,
                    lambda: client.pull(repository, tag=tag or "latest", stream=True, decode=True),
                    problems.append,
                )
                failure, _ = _emit_messages(messages, emit)
            except docker.errors.APIError as error:
                failure = str(error.explanation or error)
    except docker.errors.InvalidRepository as error:
        raise HostError(f"{quoted(base)} is not the name of an image.", _BASE_REMEDY) from error
    if failure is None:
        return
    if is_disk_full(failure):
        raise disk_full("pull the base image")
    why = one_line(failure, 160)
    if problems:
        why = f"{problems[0]}; without credentials: {why}"
    raise HostError(f"The base image {quoted(base)} is missing and cannot be pulled ({why}).", _BASE_REMEDY)


def _emit_messages(messages: Iterable[_Message], emit: Emit) -> tuple[str | None, list[str]]:
    """Emit the messages of a build or pull as lines; return the failure, if any, and the last lines."""
    last: deque[str] = deque(maxlen=_LAST_LINES)
    failure = None
    for message in messages:
        if "error" in message:
            failure = str((message.get("errorDetail") or {}).get("message") or message["error"])
        text = message.get("stream", "")
        if "stream" not in message and not message.get("progressDetail"):
            text = " ".join(filter(None, (message.get("id"), message.get("status"))))
        for line in re.split(r"[\r\n]+", _ESCAPE.sub("", text)):
            if line.strip():
                last.append(line.rstrip())
                emit(Event(kind="output", step="prepare", text=line.rstrip()))
    return failure, list(last)


def _image_id(client: APIClient, name: str) -> str | None:
    import docker.errors

    with engine_errors("look for an image"):
        try:
            return str(client.inspect_image(name)["Id"])  # type: ignore[no-untyped-call]
        except docker.errors.ImageNotFound:
            return None
        except docker.errors.APIError as error:
            if error.status_code == 400:
                raise HostError(f"{quoted(name)} is not the name of an image.", _BASE_REMEDY) from error
            raise


def _built_on(client: APIClient, base: str, text_hash: str) -> ToolsImage | None:
    """Return a tools image on a base image that was removed since; ``None`` if there is none."""
    wanted = [f"duronb.base={base}", f"duronb.dockerfile={text_hash}"]
    with engine_errors("list images"):
        for image in client.images(filters={"label": wanted}):  # newest first
            for tag in image.get("RepoTags") or ():
                if str(tag).startswith(f"{REPOSITORY}:"):
                    return ToolsImage(str(tag), str(image["Id"]), base)
    return None


def _remove_image(client: APIClient, image: str) -> None:
    import docker.errors

    with engine_errors("remove the old tools image"):
        try:
            client.remove_image(image)
        except docker.errors.APIError:
            return  # A container of an older recording still uses it.
