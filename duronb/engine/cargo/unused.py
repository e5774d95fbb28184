"""Configuration of cargo that decides the user's own builds, but not a build of a snapshot."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from duronb.quoting import quoted
from duronb.subject.snapshot import CONFIGURATION

_DECIDING_TABLES = {"env", "host", "patch", "paths", "profile", "target", "unstable"}
_HARMLESS_KEYS = {"jobs", "target-dir", "build-dir", "dep-info-basedir"}
"""Keys of the table ``build`` that decide only where files are, or how fast they are built."""


def cargo_home() -> Path:
    """Return the directory with cargo's own files on this machine."""
    return Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")


def unused_configuration(origin: Path, read_in: Iterable[Path]) -> list[str]:
    """Return sentences on the files that cargo would read for a checkout, but does not read for its snapshot.

    Parameters
    ----------
    origin
        Root of the checkout. Its own files are in the snapshot.
    read_in
        Directories whose configuration is read anyway.
    """
    read = {os.path.realpath(directory) for directory in read_in}
    directories = [*(parent / ".cargo" for parent in origin.resolve().parents), cargo_home()]
    files = {
        os.path.realpath(file): file
        for directory in directories
        if os.path.realpath(directory) not in read
        for file in _deciding_files(directory)
    }
    return [
        f"{quoted(str(file), 200)} is not used, because a copy of the checkout is built elsewhere: move its settings to"
        " the checkout's .cargo/config.toml."
        for file in files.values()
    ]


def _deciding_files(directory: Path) -> Iterator[Path]:
    for name in CONFIGURATION:
        file = directory / Path(name).name
        try:
            settings = tomllib.loads(file.read_text(encoding="utf-8", errors="replace"))
        except (OSError, tomllib.TOMLDecodeError, RecursionError):
            continue
        build = settings.get("build")
        if settings.keys() & _DECIDING_TABLES or (isinstance(build, dict) and build.keys() - _HARMLESS_KEYS):
            yield file
