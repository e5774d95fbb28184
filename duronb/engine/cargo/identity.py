"""The identity of a built binary: its SHA-256, and its GNU build id if the linker wrote one."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_CHUNK = 1 << 20
_NOTE_SEGMENT, _GNU_BUILD_ID = 4, 3
_LONGEST_NOTES = 1 << 16


@dataclass(frozen=True, slots=True)
class BinaryIdentity:
    """The identity of a binary.

    Parameters
    ----------
    sha256
        SHA-256 (hex) of the file. Equal only for equal files.
    build_id
        GNU build id (hex), by which perf and debuggers name the binary; ``None`` if it has no build id.
    """

    sha256: str
    build_id: str | None = None


def binary_identity(path: Path) -> BinaryIdentity:
    """Return the identity of a file. Files that are not 64-bit ELF have no build id."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
        file.seek(0)
        try:
            build_id = _build_id(file)
        except (struct.error, OverflowError, OSError):
            build_id = None
    return BinaryIdentity(digest.hexdigest(), build_id)


def _build_id(file: IO[bytes]) -> str | None:
    """Return the build id in the note segments of an ELF file; ``None`` without one."""
    header = file.read(64)
    if header[:4] != b"\x7fELF" or header[4:5] != b"\x02":
        return None
    order = "<" if header[5:6] == b"\x01" else ">"
    table, entry_size, entries = _fields(f"{order}32xQ14xHH", header)
    for number in range(entries):
        file.seek(table + number * entry_size)
        kind, offset, size = _fields(f"{order}I4xQ16xQ", file.read(56))
        if kind != _NOTE_SEGMENT or size > _LONGEST_NOTES:
            continue
        file.seek(offset)
        found = _note(file.read(size), order)
        if found is not None:
            return found
    return None


def _note(notes: bytes, order: str) -> str | None:
    """Return the build id in a segment of notes. Names and contents are padded to multiples of 4 bytes."""
    position = 0
    while position + 12 <= len(notes):
        name_size, size, kind = struct.unpack_from(f"{order}III", notes, position)
        name = notes[position + 12 : position + 12 + name_size]
        start = position + 12 + (name_size + 3) // 4 * 4
        if kind == _GNU_BUILD_ID and name == b"GNU\0":
            return notes[start : start + size].hex() or None
        position = start + (size + 3) // 4 * 4
    return None


def _fields(form: str, data: bytes) -> tuple[int, ...]:
    return struct.unpack(form, data[: struct.calcsize(form)])
