"""What a subject hands to an engine: source as a snapshot, and how cargo builds the workload from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import IO


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A subject's source as a snapshot.

    Parameters
    ----------
    source_hash
        SHA-256 (hex) over the sorted names, modes and contents: equal hashes, equal source.
    write_tar
        Writes the files as an uncompressed tar stream, names relative to the source's root.
    """

    source_hash: str
    write_tar: Callable[[IO[bytes]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildPlan:
    """How cargo turns a source into the workload's binary.

    Parameters
    ----------
    source
        Where it is built from.
    cargo_arguments
        What follows ``cargo build``, such as ``("--release", "--package", …, "--bin", …)``.
    binary
        The result, relative to cargo's target directory: ``release/sqlite-stress``.
    workspace
        The directory, relative to the source's root, where cargo runs and ``Cargo.lock`` lies.
    own_lock
        The source brings that ``Cargo.lock`` along: no other one takes its place.
    """

    source: Source
    cargo_arguments: tuple[str, ...]
    binary: str
    workspace: str = "."
    own_lock: bool = False
