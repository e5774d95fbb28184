"""Extraction of a source's tar stream into a directory of this machine."""

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

    Nothing is written outside the directory, and no link in it leads outside. The filters of ``tarfile`` exist only
    since Python 3.11.4. This function accepts only regular files and symbolic links, since a source has no others.

    Parameters
    ----------
    archive
        Output of ``Source.write_tar``, open for reading at its start; not compressed.
    directory
        The directory to create. It must not exist, so that it contains no earlier links.

    Raises
    ------
    RequestError
        A member of the archive leads outside, or is neither a file nor a symbolic link.
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
            # Links are created after all files, so that no file is written through a link.
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                shutil.copyfileobj(content, file)
            path.chmod(0o755 if member.mode & 0o100 else 0o644)
            os.utime(path, (member.mtime, member.mtime))
    for path, target in links:
        # If a parent directory is a link that was just created, the link would be written outside.
        if not Path(os.path.realpath(path.parent)).is_relative_to(root):
            raise _refused(path.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(target)
    # Check the targets after all links exist, since a target may depend on other links.
    for path, _target in links:
        if not Path(os.path.realpath(path)).is_relative_to(root):
            raise _refused(path.name)


def _inside(root: Path, name: str) -> Path:
    """Return the path to which a member is written."""
    parts = PurePosixPath(name).parts
    if not parts or ".." in parts or name.startswith("/") or "\0" in name:
        raise _refused(name)
    return root.joinpath(*parts)


def _refused(name: str) -> RequestError:
    return RequestError(
        f"The source is refused, because {quoted(name)} leads outside or is neither a file nor a link.",
        "Remove it from the checkout.",
    )
