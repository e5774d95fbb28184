"""Input of an engine: a source as a snapshot, and how cargo builds the workload from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A subject's source as a snapshot.

    Parameters
    ----------
    source_hash
        SHA-256 (hex) of the sorted names, modes and contents. Equal sources have equal hashes.
    write_tar
        Function that writes the files as an uncompressed tar stream, with names relative to the source's root.
    """

    source_hash: str
    write_tar: Callable[[IO[bytes]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildPlan:
    """How cargo builds the workload's binary from a source.

    Parameters
    ----------
    source
        The source.
    cargo_arguments
        Arguments of ``cargo build``, such as ``("--release", "--package", …, "--bin", …)``.
    binary
        Name of the program in cargo, such as ``sqlite-stress``.
    kind
        Whether the program is a binary or an example.
    workspace
        Directory of ``Cargo.lock``, in which cargo runs, relative to the source's root.
    own_lock
        Whether the source contains this ``Cargo.lock``, which is then not replaced.
    origin
        Root of the checkout, where the user's own cargo would run; ``None`` for a release.
    """

    source: Source
    cargo_arguments: tuple[str, ...]
    binary: str
    kind: Literal["bin", "example"] = "bin"
    workspace: str = "."
    own_lock: bool = False
    origin: Path | None = None
