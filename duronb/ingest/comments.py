"""Comments in texts of samples."""

from __future__ import annotations


def is_comment(line: bytes) -> bool:
    """Return whether a line is a comment, as perf and Austin write it: ``#`` alone or before a space."""
    return line[:1] == b"#" and (line[1:2].isspace() or len(line.strip()) == 1)
