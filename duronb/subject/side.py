"""One side of an A/B as the user names it: a release, the files of a checkout, or a git ref."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from duronb.errors import RequestError
from duronb.options.side import OF_BOTH_SIDES
from duronb.quoting import quoted
from duronb.request import ProfileRequest, is_release
from duronb.subject.checkout import find_checkout
from duronb.subject.git.commands import git_text
from duronb.subject.workload import ALL_STAGES

Kind = Literal["release", "tree", "ref"]
LABELS = ("ab-before", "ab-after")
_PREFIX = re.compile(r"(release|ref|path):(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """The subject of one side.

    Parameters
    ----------
    spec
        As the user wrote it.
    kind
        A published release, the files of a checkout on disk, or one of its commits.
    release, repo, ref
        As in ``ProfileRequest``.
    """

    spec: str
    kind: Kind
    release: str | None = None
    repo: str | None = None
    ref: str | None = None

    @property
    def label(self) -> str | None:
        """A label for its runs: the release or ref, with ``-`` for characters not allowed in labels; or ``None``."""
        name = self.release or self.ref
        if name is None:
            return None
        return re.sub(r"[^A-Za-z0-9._-]+", "-", name)[:64].lstrip("._-") or None


def parse_side(spec: str, repo: str | Path | None = None) -> Side:
    """Parse the name of a side.

    A version or ``latest`` is a release, even if a tag has the same name. ``.`` is the checkout with its files on disk.
    A name that begins with ``/``, ``./``, ``../`` or ``~`` is the path of another checkout. Any other name is a git ref
    of the checkout or, if there is no such ref, a path. ``PATH@REF`` is a ref of another checkout. The prefixes
    ``release:``, ``ref:`` and ``path:`` make the kind explicit.

    Parameters
    ----------
    spec
        The name as the user wrote it.
    repo
        Path of the checkout that refs belong to; ``None`` for that of the working directory.

    Raises
    ------
    RequestError
        The release is invalid, or the ref or checkout does not exist.
    """
    spec = str(spec)
    if not spec.strip() or "\0" in spec or spec.startswith("-"):
        raise RequestError(
            f"{quoted(spec)} is not a release, ref or checkout.",
            "Give a release such as 0.1.32, or a ref such as main.",
        )
    prefix = _PREFIX.fullmatch(spec)
    kind, name = (prefix[1], prefix[2]) if prefix else (None, spec)
    if kind == "release" or (kind is None and is_release(spec)):
        ProfileRequest(release=name)
        return Side(spec=spec, kind="release", release=name)
    if kind is None and spec == ".":
        return Side(spec=spec, kind="tree", repo=str(_checkout(repo)))
    is_path = kind == "path" or spec.startswith(("/", "./", "../", "~")) or spec == ".."
    if not is_path:
        checkout = find_checkout(Path(repo or ".").expanduser())
        if checkout is not None and _is_ref(checkout.root, name):
            return Side(spec=spec, kind="ref", repo=str(checkout.root), ref=name)
        if kind == "ref" or _path_of(name) is None:
            problem = "is not a release, and there is no Duroxide checkout here in which it could be a ref"
            if checkout is not None:
                problem = f"is not a release, a ref of {quoted(str(checkout.root))} or a path"
            raise RequestError(f"{quoted(name)} {problem}.", "Give a version, a ref and --repo, or PATH@REF.")
    found = _path_of(name)
    if found is None:
        raise RequestError(f"{quoted(name)} does not exist.", "Give the path of a Duroxide checkout, or PATH@REF.")
    path, ref = found
    root = _checkout(path)
    if ref is not None and not _is_ref(root, ref):
        raise RequestError(
            f"{quoted(ref)} is not a branch, tag or commit of {quoted(str(root))}.",
            "See 'git branch --all' and 'git tag'.",
        )
    return Side(spec=spec, kind="tree" if ref is None else "ref", repo=str(root), ref=ref)


def side_labels(before: Side, after: Side) -> tuple[str, str]:
    """Return labels for the runs of two sides: their names if both have one and they differ, else ``LABELS``."""
    first, second = before.label, after.label
    return (first, second) if first and second and first != second else LABELS


def side_requests(
    before: Side,
    after: Side,
    *,
    labels: tuple[str, str],
    options: Mapping[str, Any],
    before_options: Mapping[str, Any] | None = None,
    after_options: Mapping[str, Any] | None = None,
) -> tuple[ProfileRequest, ProfileRequest]:
    """Return the requests of both sides.

    A release has no stress test binary. If only one side is a release, both sides run the bundled workload, with all
    stages unless stages are given.

    Parameters
    ----------
    labels
        Labels of the runs of each side.
    options
        Fields of ``ProfileRequest`` for both sides.
    before_options, after_options
        Fields for one side, which override ``options``.

    Raises
    ------
    RequestError
        A field is invalid, or cannot differ between the sides.
    """
    fields = []
    for side, label, own in ((before, labels[0], before_options), (after, labels[1], after_options)):
        if wrong := sorted(set(OF_BOTH_SIDES) & (own or {}).keys()):
            raise RequestError(
                f"--{wrong[0]} cannot be an option of one side.", "Name the subject as a side; give the rest for both."
            )
        subject = {"release": side.release, "repo": side.repo, "ref": side.ref, "label": label}
        fields.append({**options, **(own or {}), **subject})
    mixed = (before.kind == "release") != (after.kind == "release")
    if mixed and not any(field.get("bin") or field.get("example") for field in fields):
        for field in fields:
            field["stages"] = tuple(field.get("stages") or ALL_STAGES)
    return ProfileRequest(**fields[0]), ProfileRequest(**fields[1])


def _checkout(path: str | Path | None) -> Path:
    checkout = find_checkout(Path(path or ".").expanduser())
    if checkout is None:
        raise RequestError(
            f"{quoted(str(path or '.'))} is not a Duroxide checkout: it has no Cargo.toml with the package 'duroxide'.",
            "Give --repo the path of one.",
        )
    return checkout.root


def _is_ref(root: Path, name: str) -> bool:
    if name.startswith("-"):
        return False
    return git_text(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}") is not None


def _path_of(name: str) -> tuple[Path, str | None] | None:
    """Split ``PATH`` or ``PATH@REF``; ``None`` if there is no such directory. The path may contain ``@``."""
    at = len(name)
    while at > 0:
        path = Path(name[:at]).expanduser()
        try:
            if path.is_dir():
                return path, name[at + 1 :] or None
        except (OSError, RuntimeError):
            pass
        at = name.rfind("@", 0, at)
    return None
