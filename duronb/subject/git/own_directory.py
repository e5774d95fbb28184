"""A git directory of duronb's own, with the objects, refs and index of a checkout, and none of its configuration."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from duronb.errors import HostError
from duronb.subject.git.repository import Repository, read_small

_PSEUDO_REF = re.compile(r"[A-Z][A-Z_]*")
_LARGEST_REF = 1 << 16
_SHARED = ("objects", "packed-refs", "refs", "reftable", "shallow")
_OF_WORKING_TREES = ("refs", "reftable")


@contextmanager
def own_directory(repository: Repository, configuration: str) -> Iterator[dict[str, str]]:
    """Make the directory, and yield the variables with which git uses it.

    Parameters
    ----------
    repository
        The repository whose data git reads.
    configuration
        The text of the only file of configuration.

    Raises
    ------
    HostError
        The directory cannot be written.
    """
    try:
        temporary = TemporaryDirectory(prefix="duronb-git-", ignore_cleanup_errors=True)
    except OSError as error:
        raise _unwritable(error) from None
    with temporary as name:
        try:
            own = _made(Path(name), repository, configuration)
        except OSError as error:
            raise _unwritable(error) from None
        yield {
            "GIT_DIR": str(own),
            "GIT_WORK_TREE": str(repository.work_tree),
            # Settings of the user and the system name programs, too. Versions of git before 2.32 look for them at home.
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_SYSTEM": os.devnull,
            "HOME": name,
            "XDG_CONFIG_HOME": name,
        }


def _made(root: Path, repository: Repository, configuration: str) -> Path:
    """Write the directory below ``root`` and return it. A linked working tree has two, as in git."""
    common, own = root / "common", root / "common"
    common.mkdir()
    _link(common, repository.common, _SHARED)
    (common / "config").write_text(configuration, encoding="utf-8", errors="surrogateescape")
    (common / "info").mkdir()
    _link(common / "info", repository.common / "info", ("attributes", "exclude"))
    if repository.directory != repository.common:
        own = root / "own"
        own.mkdir()
        (own / "commondir").write_text("../common\n", encoding="utf-8")
        (common / "HEAD").write_bytes(read_small(repository.common / "HEAD") or b"")
        _link(own, repository.directory, _OF_WORKING_TREES)
    for directory in {common, own}:
        (directory / "logs").mkdir()
    _link(common / "logs", repository.common / "logs", ("refs",))
    _link(own / "logs", repository.directory / "logs", ("HEAD",))
    with os.scandir(repository.directory) as entries:
        names = [entry.name for entry in entries]
    for name in names:
        if _PSEUDO_REF.fullmatch(name):
            _copy_ref(own / name, repository.directory / name)
    _link(own, repository.directory, [name for name in names if name == "index" or name.startswith("sharedindex.")])
    return own


def _link(directory: Path, of: Path, names: tuple[str, ...] | list[str]) -> None:
    for name in names:
        if os.path.lexists(of / name):
            (directory / name).symlink_to(of / name)


def _copy_ref(to: Path, ref: Path) -> None:
    """Copy a ref. It may be a symbolic link to another ref, as very old versions of git wrote them."""
    target = str(ref.readlink()) if ref.is_symlink() else ""
    if target.startswith("refs/"):
        to.symlink_to(target)
    elif (content := read_small(ref, _LARGEST_REF)) is not None:
        to.write_bytes(content)


def _unwritable(error: OSError) -> HostError:
    return HostError(
        f"duronb cannot write a temporary directory for git: {error.strerror or error}.",
        "Free some space there, or set TMPDIR to another directory.",
    )
