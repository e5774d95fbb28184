"""The builder of the Docker engine: finds releases and builds workloads in a container, started when needed."""

from __future__ import annotations

import contextlib
import json
import re
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from duronb.cache import cache_directory
from duronb.engine.cargo.commands import locked_version, newest_release_probe
from duronb.engine.cargo.failures import unfit_requirement
from duronb.engine.docker.building.build import CargoBuild, cargo_error
from duronb.engine.docker.building.build_container import BuildContainer
from duronb.engine.docker.building.image import ToolsImage, network_hint
from duronb.engine.protocol import Build, BuildPlan
from duronb.errors import DuronbError, HostError
from duronb.events import Emit, Event
from duronb.shell import shell_command

if TYPE_CHECKING:
    from docker import APIClient


class DockerBuilder:
    """Runs cargo in a container of the tools image; see ``Builder``.

    Parameters
    ----------
    client
        Client of the engine.
    image
        The tools image.
    emit
        Called with notices.
    """

    def __init__(self, client: APIClient, image: ToolsImage, emit: Emit) -> None:
        self._client = client
        self._image = image
        self._emit = emit
        self._container: BuildContainer | None = None

    @property
    def container(self) -> BuildContainer:
        """The build container, which is started if it is not running."""
        if self._container is None or self._container.closed:
            self._container = BuildContainer(self._client, self._image.id)
        return self._container

    def resolve_release(self, release: str) -> str:
        """Return the newest release for ``latest``, or without an answer of the registry the one that it named last."""
        if release != "latest":
            return release
        memory = cache_directory() / "latest-release.json"
        version = newest_release(self.container)
        if version is not None:
            with contextlib.suppress(OSError):
                memory.parent.mkdir(parents=True, exist_ok=True)
                memory.write_text(json.dumps({"version": version, "asked": time.time()}), encoding="utf-8")
            return version
        try:
            last = json.loads(memory.read_text(encoding="utf-8"))
            version, asked = str(last["version"]), datetime.fromtimestamp(float(last["asked"]), UTC)
        except (OSError, ValueError, KeyError, TypeError) as error:
            message = "cargo could not ask the crates registry for the newest release."
            raise HostError(message, network_hint()) from error
        text = f"The crates registry does not answer: {version} was the newest release on {asked:%Y-%m-%d}."
        self._emit(Event(kind="notice", step="prepare", text=text))
        return version

    def newest_release(self, requirement: str) -> str | None:
        """Return the newest release that fits a cargo requirement; see ``Builder.newest_release``."""
        return newest_fitting(self.container, requirement)

    def build(self, plan: BuildPlan, emit: Emit, *, rebuild: bool, seed: bytes | None = None) -> Build:
        """Build a workload in the container, or find it built; see ``Builder.build``."""
        cargo = CargoBuild(self.container, self._image.id)
        return cargo.build(plan, emit, rebuild=rebuild, seed=seed)

    def close(self) -> None:
        """Remove the container. The next query or build starts another."""
        container, self._container = self._container, None
        if container is not None:
            with contextlib.suppress(DuronbError):
                container.close()


def newest_release(container: BuildContainer) -> str | None:
    """Return the newest version of duroxide in the crates registry; ``None`` if the registry does not answer."""
    finished = container.run(shell_command("duronb.engine.docker", "newest_release", "duroxide"))
    version = re.search(r"^version: (\d+\.\d+\.\d+\S*)", finished.text, re.MULTILINE)
    return version[1] if finished.exit_code == 0 and version else None


def newest_fitting(container: BuildContainer, requirement: str) -> str | None:
    """Return the newest version of duroxide that fits a cargo requirement; ``None`` if no version fits.

    Raises
    ------
    BuildError, HostError
        cargo failed for another reason.
    """
    manifest = newest_release_probe(requirement=requirement)["Cargo.toml"].decode()
    finished = container.run(shell_command("duronb.engine.docker", "lock_manifest", manifest))
    if finished.exit_code and unfit_requirement(finished.text):
        return None
    if finished.exit_code:
        raise cargo_error(finished)
    return locked_version(finished.output)
