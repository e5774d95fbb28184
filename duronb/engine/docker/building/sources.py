"""Sources in their volume. Each is stored atomically under its hash, and the last used are kept."""

from __future__ import annotations

import tempfile
import uuid

from duronb.engine.cargo.kept import KEPT_SOURCES, PARTIAL
from duronb.engine.docker.building.build_container import BuildContainer
from duronb.engine.docker.building.prune import prune
from duronb.engine.docker.container import SOURCES
from duronb.engine.protocol import Source
from duronb.shell import shell_command

_MARKER = ".duronb-complete"


def source_directory(source_hash: str) -> str:
    """Return the directory of a source in the engine."""
    return f"{SOURCES}/{source_hash}"


def send_source(container: BuildContainer, source: Source, *, anew: bool) -> str:
    """Copy a source to the engine, unless it is there, and return its directory.

    Parameters
    ----------
    anew
        Copy it even if it is there. Files that cargo wrote into it (a lock file) are lost.
    """
    directory = source_directory(source.source_hash)
    doing = "send the source to the engine"
    if not anew and container.run(["test", "-e", f"{directory}/{_MARKER}"]).exit_code == 0:
        container.must(["touch", "--", directory], doing)
        return directory
    partial = f"{SOURCES}/{PARTIAL}{uuid.uuid4().hex}"
    with tempfile.TemporaryFile() as tar:
        source.write_tar(tar)
        tar.seek(0)
        container.must(["mkdir", "--", partial], doing)
        container.put(partial, tar, doing)
    container.must(shell_command("duronb.engine.docker", "keep_source", partial, directory, _MARKER), doing)
    return directory


def prune_sources(container: BuildContainer) -> None:
    """Remove all sources except the last used, and sources that were not copied completely."""
    prune(container, SOURCES, KEPT_SOURCES)
