"""The name by which ``ab`` records the subject of a run again."""

from __future__ import annotations

import re

from duronb.model.run import RunRecord

_COMMIT = re.compile(r"[0-9a-f]{7,64}")
_SHORT = 9
_VERSION = re.compile(r"\d+(\.\d+){2}[0-9A-Za-z.+-]*")


def ab_name(run: RunRecord) -> str | None:
    """Return the subject of a run as ``ab`` takes it; ``None`` if it cannot be named, or for other programs.

    Only versions and commits are returned, so that the name needs no quoting in a shell.
    """
    subject, request = run.subject, run.request
    if request.bin is not None or request.example is not None or request.args:
        return None
    if subject.kind == "release":
        version = subject.version or request.release or ""
        return version if _VERSION.fullmatch(version) else None
    if subject.kind != "checkout":
        return None
    if subject.dirty:
        return "."
    return subject.git_sha[:_SHORT] if subject.git_sha and _COMMIT.fullmatch(subject.git_sha) else None
