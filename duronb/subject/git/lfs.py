"""Files that git LFS keeps beside the repository, read without git LFS.

A commit contains pointers: three lines with the hash and the size of the file. What was fetched is in the directory of
the repository, under its hash. Nothing is fetched here.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ATTRIBUTES = ".gitattributes"
LARGEST_POINTER = 1024
_POINTER = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\n(?:ext-\d-.*\n)*oid sha256:([0-9a-f]{64})\nsize (\d{1,18})\n?"
)
_FILTER = re.compile(rb"(?m)^[^#\n]*\sfilter=(\S+)")


@dataclass(frozen=True, slots=True)
class Pointer:
    """What a pointer says of the file: SHA-256 (hex) and size in bytes."""

    sha256: str
    size: int

    def is_of(self, path: Path) -> bool:
        """Return whether a file on disk is the one that the pointer stands for."""
        try:
            if path.is_symlink() or not path.is_file() or path.stat().st_size != self.size:
                return False
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == self.sha256
        except OSError:
            return False

    def file(self, common: Path) -> Path | None:
        """Return the file in a repository's git directory, if it was fetched and is whole."""
        path = common / "lfs" / "objects" / self.sha256[:2] / self.sha256[2:4] / self.sha256
        return path if self.is_of(path) else None


def pointer_of(content: bytes) -> Pointer | None:
    """Return the pointer that a blob is; ``None`` if it is an ordinary file."""
    match = _POINTER.fullmatch(content) if len(content) <= LARGEST_POINTER else None
    return None if match is None else Pointer(match[1].decode(), int(match[2]))


def filters_named(attributes: Iterable[bytes]) -> set[str]:
    """Return the names of the filters in some files ``.gitattributes``."""
    return {name.decode("utf-8", "replace") for text in attributes for name in _FILTER.findall(text)}
