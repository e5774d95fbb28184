"""Cleaning a real engine: what is found, kept and removed. Only objects of the test are removed."""

from __future__ import annotations

import io
import tarfile
import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import docker.errors
import pytest

from duronb.engine.docker.clean import DockerPiece, docker_pieces, remove_pieces
from duronb.engine.docker.client import connect
from duronb.engine.docker.container import TARGET_VOLUME
from duronb.engine.docker.engine import DockerEngine
from duronb.engine.docker.ownership import CACHE, HOST, OWNER, RUN, owner_labels
from duronb.engine.recording import Recording

if TYPE_CHECKING:
    from docker import APIClient

GONE = {OWNER: "another-boot:1:1", HOST: owner_labels()[HOST], CACHE: owner_labels()[CACHE]}


@dataclass
class Made:
    """The objects of a test in the engine, under one name."""

    client: APIClient
    name: str

    def image(self, *tags: str) -> None:
        labels = [f"LABEL duronb=tools made={self.name}"]
        with io.BytesIO() as layer:
            tarfile.open(fileobj=layer, mode="w").close()
            self.client.import_image_from_data(layer.getvalue(), self.name, tags[0], changes=labels)
        for tag in tags[1:]:
            self.client.tag(f"{self.name}:{tags[0]}", self.name, tag)

    def container(self, labels: dict[str, str], volume: str | None = None, suffix: str = "") -> None:
        host = self.client.create_host_config(binds={volume: {"bind": "/v", "mode": "rw"}} if volume else None)
        self.client.create_container(
            f"{self.name}:one", ["/none"], name=self.name + suffix, labels=labels, host_config=host
        )

    def pieces(self) -> list[DockerPiece]:
        return [piece for piece in docker_pieces(self.client) if self.name in piece.name]


@pytest.fixture
def made(engine_is_there: None) -> Iterator[Made]:
    client, _ = connect()
    with closing(client):
        made = Made(client, f"duronb-clean-{uuid.uuid4().hex[:8]}")
        yield made
        for container in client.containers(all=True, filters={"name": made.name}):
            client.remove_container(container["Id"], force=True)
        for volume in client.volumes(filters={"name": made.name})["Volumes"] or ():
            client.remove_volume(volume["Name"])
        for image in client.images(filters={"label": f"made={made.name}"}):
            client.remove_image(image["Id"], force=True)


def told(pieces: list[DockerPiece]) -> list[tuple[str, str]]:
    return [(piece.kind, piece.name) for piece in pieces]


def test_unused_objects_are_removed(made: Made) -> None:
    made.image("one", "two")
    made.client.create_volume(made.name, labels={"duronb": "cache"})
    made.container(GONE, made.name)
    pieces = made.pieces()
    assert told(pieces) == [
        ("container", made.name),
        ("volume", made.name),
        ("image", f"{made.name}:one"),
        ("image", f"{made.name}:two"),
    ]
    assert not any(piece.stays for piece in pieces)
    assert remove_pieces(made.client, pieces) == pieces
    assert made.pieces() == []
    with pytest.raises(docker.errors.NotFound):
        made.client.inspect_volume(made.name)
    # A second process that cleans at the same time finds nothing to remove, and says so.
    assert all("meanwhile" in piece.stays for piece in remove_pieces(made.client, pieces) if piece.kind != "volume")


def test_objects_of_a_running_process_are_kept_with_its_image_and_volume(made: Made) -> None:
    made.image("one")
    made.client.create_volume(made.name, labels={"duronb": "cache"})
    made.container(owner_labels(), made.name)
    pieces = made.pieces()
    assert [piece.kind for piece in pieces] == ["container", "volume", "image"]
    assert all("may be running" in piece.stays for piece in pieces)
    assert remove_pieces(made.client, pieces) == pieces
    assert told(made.pieces()) == told(pieces)


def test_a_strangers_container_keeps_what_it_uses_and_is_not_listed(made: Made) -> None:
    made.image("one")
    made.client.create_volume(made.name, labels={"duronb": "cache"})
    made.container({}, made.name)
    pieces = made.pieces()
    assert [piece.kind for piece in pieces] == ["volume", "image"]
    assert all("container of another program" in piece.stays for piece in pieces)


def test_objects_that_are_used_meanwhile_are_kept(made: Made) -> None:
    made.image("one")
    made.client.create_volume(made.name, labels={"duronb": "cache"})
    pieces = made.pieces()
    made.container({}, made.name)
    assert all(piece.stays for piece in remove_pieces(made.client, pieces))
    assert {kind for kind, _ in told(made.pieces())} == {"volume", "image"}


def test_a_recording_that_can_be_kept_stays(made: Made, recording: Recording) -> None:
    made.image("one")
    labels = {**GONE, RUN: recording.id, CACHE: str(recording.path.parent.parent)}
    made.client.create_volume(made.name, labels=labels)
    made.container(labels, made.name)
    assert all("recording" in piece.stays for piece in made.pieces())
    recording.remove()
    assert not any(piece.stays for piece in made.pieces())


def test_the_engines_own_volumes_and_image_are_found(engine: DockerEngine) -> None:
    client, _ = connect()
    with closing(client):
        pieces = docker_pieces(client)
    found = {(piece.kind, piece.name): piece for piece in pieces}
    image = str(engine.environment().image)
    assert found["image", image].stays == found["volume", TARGET_VOLUME].stays != ""
    assert (found["image", image].bytes or 0) > 1_000_000
    assert found["volume", TARGET_VOLUME].bytes is not None
