"""Snapshots: the source files of a working tree or a commit, their content hash and their tar stream."""

from __future__ import annotations

import hashlib
import os
import stat
import tarfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, Literal

from duronb.errors import RequestError
from duronb.quoting import quoted
from duronb.subject.git.commands import git
from duronb.subject.source import Source

_LEFT_OUT_DIRECTORIES = {".git", "target"}
_LARGEST_IN_MEMORY = 4 << 20
_RESULTS = PurePosixPath("profiling/results")
CONFIGURATION = (".cargo/config.toml", ".cargo/config")
"""Files with cargo's configuration, relative to a directory above the working directory."""
TOOLCHAIN_FILES = ("rust-toolchain.toml", "rust-toolchain")
_READ_BY_CARGO = ("Cargo.lock", *CONFIGURATION, *TOOLCHAIN_FILES)
RESERVED = ".duronb-workload"
"""Directory of the snapshot for the bundled workload. A directory of this name in the checkout is ignored."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a snapshot.

    Parameters
    ----------
    name
        Path relative to the root, with ``/`` as separator; undecodable bytes as surrogates.
    kind
        Regular file, executable file or symbolic link.
    content
        The bytes, or the path of the file that contains them.
    modified
        Modification time as Unix time, which cargo uses to decide what to rebuild.
    """

    name: str
    kind: Literal["file", "executable", "link"]
    content: bytes | Path
    modified: float = 0.0

    def read(self) -> bytes:
        """Return the content; of a link, its target."""
        return self.content if isinstance(self.content, bytes) else self.content.read_bytes()


def working_tree(root: Path) -> list[Entry]:
    """Return the files of a checkout on disk, sorted by name.

    These are the files that git tracks or does not ignore, and always what cargo reads besides: ``Cargo.lock``, its
    configuration, toolchain files, and directories with vendored packages. Without git, they are all files except those
    in ``target`` and ``.git``. Submodules, stored runs and everything outside ``root`` are left out.
    """
    listed = git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    names = _walk(root) if listed is None else [os.fsdecode(name) for name in listed.split(b"\0") if name]
    chosen = {*names, *_READ_BY_CARGO, *_packages(root)}
    entries = (_entry(root, name) for name in sorted(chosen) if _is_wanted(name))
    return [entry for entry in entries if entry is not None]


def commit_tree(archive: bytes) -> list[Entry]:
    """Return the files of a ``git archive`` tar, sorted by name; links to the outside are left out."""
    entries = []
    with tarfile.open(fileobj=BytesIO(archive), mode="r:") as tar:
        for member in tar:
            name = member.name
            if not _is_wanted(name) or name.startswith("/") or ".." in PurePosixPath(name).parts:
                continue
            modified = float(member.mtime)
            if member.issym():
                if _stays_inside(name, member.linkname):
                    entries.append(Entry(name, "link", os.fsencode(member.linkname), modified))
            elif member.isfile():
                content = tar.extractfile(member)
                assert content is not None
                executable: Literal["executable", "file"] = "executable" if member.mode & 0o100 else "file"
                entries.append(Entry(name, executable, content.read(), modified))
    return sorted(entries, key=lambda entry: entry.name)


def source_of(entries: Iterable[Entry], added: Mapping[str, bytes] | None = None) -> Source:
    """Return a snapshot of some files as a source.

    Parameters
    ----------
    entries
        The subject's files.
    added
        Further files by name, which replace files of the same name.
    """
    files = {entry.name: entry for entry in entries}
    files.update({name: Entry(name, "file", content) for name, content in (added or {}).items()})
    ordered = [_frozen(files[name]) for name in sorted(files)]
    return Source(source_hash=content_hash(ordered), write_tar=lambda stream: _write_tar(stream, ordered))


def content_hash(entries: Iterable[Entry]) -> str:
    """Return the SHA-256 (hex) of names, kinds and contents, in the order of the names."""
    digest = hashlib.sha256()
    for entry in sorted(entries, key=lambda entry: entry.name):
        content = _read(entry)
        for part in (os.fsencode(entry.name), entry.kind.encode(), content):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def _frozen(entry: Entry) -> Entry:
    """Return an entry with its content in memory, so that the hashed and the sent bytes are equal.

    Very large files stay on disk.
    """
    if isinstance(entry.content, Path) and entry.content.stat().st_size <= _LARGEST_IN_MEMORY:
        return replace(entry, content=_read(entry))
    return entry


def _write_tar(stream: IO[bytes], entries: Iterable[Entry]) -> None:
    with tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT, errors="surrogateescape") as tar:
        for entry in entries:
            content = _read(entry)
            member = tarfile.TarInfo(entry.name)
            member.mtime = entry.modified
            if entry.kind == "link":
                member.type, member.mode, member.linkname = tarfile.SYMTYPE, 0o777, os.fsdecode(content)
                tar.addfile(member)
            else:
                member.mode, member.size = (0o755 if entry.kind == "executable" else 0o644), len(content)
                tar.addfile(member, BytesIO(content))


def _read(entry: Entry) -> bytes:
    try:
        return entry.read()
    except OSError as error:
        raise RequestError(
            f"{quoted(entry.name)} cannot be read: {error.strerror}.", "Check the checkout's files and permissions."
        ) from None


def _walk(root: Path, left_out: AbstractSet[str] = _LEFT_OUT_DIRECTORIES) -> Iterator[str]:
    for directory, directories, files in os.walk(root, followlinks=False):
        directories[:] = sorted(name for name in directories if name not in left_out)
        links = [name for name in directories if (Path(directory) / name).is_symlink()]
        for name in [*files, *links]:
            yield (Path(directory) / name).relative_to(root).as_posix()


def _packages(root: Path) -> Iterator[str]:
    """Yield the files of the directories in which cargo's configuration says that packages are, as in ``vendor``."""
    for file in CONFIGURATION:
        try:
            settings = tomllib.loads((root / file).read_text(encoding="utf-8", errors="replace"))
        except (OSError, tomllib.TOMLDecodeError, RecursionError):
            continue
        sources = settings.get("source")
        tables = list(sources.values()) if isinstance(sources, dict) else []
        keys = ("directory", "local-registry")
        named = [table.get(key) for table in tables if isinstance(table, dict) for key in keys]
        paths = settings.get("paths")
        for name in (*named, *(paths if isinstance(paths, list) else ())):
            directory = os.path.normpath(name) if isinstance(name, str) and name else ".."
            if directory != "." and _stays_inside("", directory):
                yield from (f"{directory}/{file}" for file in _walk(root / directory, {".git"}))


def _entry(root: Path, name: str) -> Entry | None:
    path = root / name
    try:
        status = path.lstat()
        # A parent directory may have been replaced by a link to the outside since git listed the file.
        if not path.parent.resolve().is_relative_to(root.resolve()):
            return None
        if stat.S_ISLNK(status.st_mode):
            target = os.readlink(path)  # noqa: PTH115 - Path.readlink would normalise the target
            return Entry(name, "link", os.fsencode(target), status.st_mtime) if _stays_inside(name, target) else None
    except OSError:
        return None  # tracked but deleted, or deleted since git listed it
    if not stat.S_ISREG(status.st_mode):
        return None  # a submodule, a socket, a pipe
    return Entry(name, "executable" if status.st_mode & 0o100 else "file", path, status.st_mtime)


def _is_wanted(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(path.parts) and not path.is_relative_to(_RESULTS) and path.parts[0] not in (RESERVED, "target", ".git")


def _stays_inside(name: str, target: str) -> bool:
    if target.startswith("/"):
        return False
    depth = len(PurePosixPath(name).parts) - 1
    for part in target.split("/"):
        if part == "..":
            depth -= 1
        elif part not in ("", "."):
            depth += 1
        if depth < 0:
            return False
    return True
