"""Removal of old directories from a volume, by the policy of ``cargo.kept``."""

from __future__ import annotations

from duronb.engine.cargo.kept import Kept, surplus
from duronb.engine.docker.building.build_container import BuildContainer
from duronb.shell import shell_command


def prune(container: BuildContainer, directory: str, kept: int) -> None:
    """Remove all directories in ``directory`` except the ``kept`` last used, and old incomplete ones."""
    command = shell_command("duronb.engine.docker", "list_directories", directory)
    listed = container.must(command, "list what was built").decode("utf-8", "surrogateescape").splitlines()
    if not listed:
        return
    found = [Kept(name, float(used)) for used, _, name in (line.partition(" ") for line in listed[1:])]
    old = surplus(found, kept, float(listed[0]))
    if old:
        container.must(["rm", "-rf", "--", *(f"{directory}/{name}" for name in old)], "remove old builds")
