"""A source's tar stream, written into a directory of this machine."""

from __future__ import annotations

import os
import shutil
import tarfile
from pathlib import Path, PurePosixPath
from typing import IO

from duronb.errors import RequestError
from duronb.quoting import quoted


def unpack(archive: IO[bytes], directory: Path) -> None:
    """Write the files and symbolic links of a tar archive into a new directory.

    Nothing is written outside of the directory, and no link in it leads outside. ``tarfile`` has such a filter only
    since Python 3.11.4; this one is smaller, because a source has regular files and symbolic links and nothing else.

    Parameters
    ----------
    archive
        What ``Source.write_tar`` wrote, open for reading at its start; not compressed.
    directory
        Where to; it must not exist, so that no link from before is in it.

    Raises
    ------
    RequestError
        The archive has a member that leads outside, or that is neither a file nor a symbolic link.
    tarfile.ReadError
        The archive is damaged.
    """
    directory.mkdir(parents=True)
    root = Path(os.path.realpath(directory))
    links: list[tuple[Path, str]] = []
    with tarfile.open(fileobj=archive, mode="r:", errors="surrogateescape") as tar:
        for member in tar:
            path = _inside(root, member.name)
            if member.issym():
                links.append((path, member.linkname))
                continue
            content = tar.extractfile(member) if member.isfile() else None
            if content is None:
                raise _refused(member.name)
            # There is no link yet, so a file cannot be written through one.
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                shutil.copyfileobj(content, file)
            path.chmod(0o755 if member.mode & 0o100 else 0o644)
            os.utime(path, (member.mtime, member.mtime))
    for path, target in links:
        # A link whose directory is a link made just before would be written somewhere else.
        if not Path(os.path.realpath(path.parent)).is_relative_to(root):
            raise _refused(path.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(target)
    # Only now that all are there: where a link leads depends on the links on its way.
    for path, _target in links:
        if not Path(os.path.realpath(path)).is_relative_to(root):
            raise _refused(path.name)


def _inside(root: Path, name: str) -> Path:
    """Return where a member is to be written."""
    parts = PurePosixPath(name).parts
    if not parts or ".." in parts or name.startswith("/") or "\0" in name:
        raise _refused(name)
    return root.joinpath(*parts)


def _refused(name: str) -> RequestError:
    return RequestError(
        f"The source is refused: {quoted(name)} leads outside of it, or is neither a file nor a link.",
        "Remove it from the checkout.",
    )
