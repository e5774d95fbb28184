"""Sources in their volume: each under its hash, whole or absent, the newest few kept."""

from __future__ import annotations

import tempfile
import uuid

from duronb.engine.docker.builder import Builder
from duronb.engine.docker.container import SOURCES
from duronb.engine.protocol import Source

KEPT_SOURCES = 8
_MARKER = ".duronb-complete"

_RENAME = """set -e
touch "$1/$3"
rm -rf -- "$2"
mv -- "$1" "$2"
"""

_FORGET_PARTIAL = """
exec find "$1" -mindepth 1 -maxdepth 1 -name 'partial-*' -mmin +60 -exec rm -rf -- '{}' +
"""


def source_directory(source_hash: str) -> str:
    """Return where a source lies in the engine."""
    return f"{SOURCES}/{source_hash}"


def send_source(builder: Builder, source: Source, *, anew: bool) -> str:
    """Bring a source to the engine unless it is there, and return its directory.

    Parameters
    ----------
    anew
        Send it even when it is there; what cargo wrote into it (a lock file) is lost.
    """
    directory = source_directory(source.source_hash)
    doing = "send the source to the engine"
    if not anew and builder.run(["touch", "-c", "--", f"{directory}/{_MARKER}"]).exit_code == 0:
        present = builder.run(["test", "-e", f"{directory}/{_MARKER}"]).exit_code == 0
        if present:
            return directory
    partial = f"{SOURCES}/partial-{uuid.uuid4().hex}"
    with tempfile.TemporaryFile() as tar:
        source.write_tar(tar)
        tar.seek(0)
        builder.must(["mkdir", "--", partial], doing)
        builder.put(partial, tar, doing)
    builder.must(["sh", "-c", _RENAME, "sh", partial, directory, _MARKER], doing)
    return directory


def prune_sources(builder: Builder) -> None:
    """Remove all but the newest sources."""
    listing = builder.must(
        ["find", SOURCES, "-mindepth", "2", "-maxdepth", "2", "-name", _MARKER, "-printf", r"%T@ %h\n"], "list sources"
    )
    used = sorted((line.split(b" ", 1) for line in listing.splitlines()), key=lambda pair: -float(pair[0]))
    for _, directory in used[KEPT_SOURCES:]:
        builder.must(["rm", "-rf", "--", directory.decode()], "remove an old source")
    # Half-sent sources of processes that were killed.
    builder.must(
        ["sh", "-c", _FORGET_PARTIAL, "sh", SOURCES],
        "remove old sources",
    )
