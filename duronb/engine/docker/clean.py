"""Cleaning a Docker engine: remove duronb's containers, volumes and tools images, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from duronb.engine.docker.building.image import TOOLS
from duronb.engine.docker.client import connect, engine_errors
from duronb.engine.docker.container import CACHED
from duronb.engine.docker.ownership import OWNER, RUN, is_orphan, owner_is_gone, remove_container, remove_volume
from duronb.quoting import one_line

if TYPE_CHECKING:
    from docker import APIClient

_RUNNING = "it is used by a duronb process that may be running"
_RECOVERABLE = "its recording is not stored yet: the next profile stores it"
_FOREIGN = "it is used by a container of another program"


@dataclass(frozen=True, slots=True, kw_only=True)
class DockerPiece:
    """A container, volume or image of duronb in an engine.

    Parameters
    ----------
    kind
        Whether it is a container, a volume or an image.
    name
        Its name, as ``docker ps``, ``docker volume ls`` and ``docker images`` show it.
    bytes
        Bytes that its removal frees; ``None`` if the engine does not report them.
    stays
        Why it is not removed; empty if it is.
    """

    kind: Literal["container", "volume", "image"]
    name: str
    bytes: int | None
    stays: str = ""


def clean_docker(*, dry_run: bool = False) -> list[DockerPiece]:
    """Remove duronb's containers, volumes and images from the user's engine.

    Parameters
    ----------
    dry_run
        Only report what would be removed.

    Returns
    -------
    Everything that was found. It is kept if a running duronb or another container uses it, or if it belongs to a
    recording that can still be recovered.

    Raises
    ------
    HostError
        No engine answers.
    """
    client, _ = connect()
    with closing(client):
        pieces = docker_pieces(client)
        return pieces if dry_run else remove_pieces(client, pieces)


def docker_pieces(client: APIClient) -> list[DockerPiece]:
    """Return duronb's containers, then volumes, then images."""
    with engine_errors("list its containers and volumes"):
        containers = client.containers(all=True, size=True)
        usage = client.df()
    pieces, reasons = [], _Reasons()
    for container in containers:
        labels = container.get("Labels") or {}
        stays = _reason_to_keep(labels) if OWNER in labels else _FOREIGN
        if stays:
            reasons.add(container, stays)
        if OWNER in labels:
            name = str((container.get("Names") or [container["Id"][:12]])[0]).lstrip("/")
            pieces.append(DockerPiece(kind="container", name=name, bytes=_size(container, "SizeRw"), stays=stays))
    for volume in _labelled(usage.get("Volumes"), CACHED, RUN):
        labels, name = volume["Labels"], str(volume["Name"])
        stays = reasons.of_volumes.get(name) or (_reason_to_keep(labels) if RUN in labels else "")
        size = _size(volume.get("UsageData") or {}, "Size")
        pieces.append(DockerPiece(kind="volume", name=name, bytes=size, stays=stays))
    for image in _labelled(usage.get("Images"), TOOLS):
        size, common = _size(image, "Size"), _size(image, "SharedSize")
        stays = reasons.of_images.get(str(image["Id"]), "")
        freed = None if size is None else size - (common or 0)
        tags = [str(tag) for tag in image.get("RepoTags") or () if not str(tag).startswith("<none>")]
        # The engine removes an image with the last of its names.
        pieces += [DockerPiece(kind="image", name=name, bytes=0, stays=stays) for name in tags[:-1]]
        pieces.append(DockerPiece(kind="image", name=[str(image["Id"])[:19], *tags][-1], bytes=freed, stays=stays))
    return pieces


def remove_pieces(client: APIClient, pieces: Sequence[DockerPiece]) -> list[DockerPiece]:
    """Remove what has no reason to stay. Return all pieces, with a reason for those that could not be removed."""
    return [piece if piece.stays else replace(piece, stays=_remove_piece(client, piece)) for piece in pieces]


def _remove_piece(client: APIClient, piece: DockerPiece) -> str:
    """Remove one piece; return the reason if that was not possible, otherwise an empty text."""
    import docker.errors

    with engine_errors(f"remove the {piece.kind} {piece.name}"):
        try:
            if piece.kind == "image":
                client.remove_image(piece.name)
                return ""
            remove = remove_container if piece.kind == "container" else remove_volume
            return "" if remove(client, piece.name) else "it was removed or used meanwhile"
        except docker.errors.ImageNotFound:
            return "it was removed meanwhile"
        except docker.errors.APIError as error:
            if error.status_code != 409:
                raise
            return one_line(str(error.explanation))


class _Reasons:
    """Reasons why volumes and images are kept: a container that is kept uses them."""

    def __init__(self) -> None:
        self.of_volumes: dict[str, str] = {}
        self.of_images: dict[str, str] = {}

    def add(self, container: Mapping[str, Any], reason: str) -> None:
        self.of_images.setdefault(str(container.get("ImageID")), reason)
        for mount in container.get("Mounts") or ():
            self.of_volumes.setdefault(str(mount.get("Name")), reason)


def _reason_to_keep(labels: dict[str, str]) -> str:
    if is_orphan(labels):
        return ""
    return _RECOVERABLE if owner_is_gone(labels) else _RUNNING


def _labelled(
    found: Sequence[Mapping[str, Any]] | None, wanted: Mapping[str, str], name: str | None = None
) -> Iterator[Mapping[str, Any]]:
    """Yield the objects that have all wanted labels, or a label with this name."""
    for each in found or ():
        labels = each.get("Labels") or {}
        if wanted.items() <= labels.items() or (name is not None and name in labels):
            yield each


def _size(facts: Mapping[str, Any], name: str) -> int | None:
    """Return a number of bytes; ``None`` if it is missing or -1, which engines report for an unknown size."""
    size = facts.get(name)
    return size if isinstance(size, int) and size >= 0 else None
