"""The bundled workload crate, generated for one subject. Its sources are fixed; its manifest names the subject."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable

from duronb.errors import RequestError
from duronb.quoting import quoted
from duronb.subject.snapshot import RESERVED

BINARY = "duronb-workload"
ALL_STAGES = ("memory:1/1", "memory:2/2", "file:1/1", "file:2/2")
"""All stages of the bundled workload in order, in the syntax of its option ``--stages``."""
_SQLITE_FEATURE_SINCE = (0, 1, 28)
"""Since this release ``provider-test`` does not include SQLite. The first releases have no feature ``sqlite``."""
_SUBJECT_LINE = re.compile(r"^(description|duroxide) = .* # subject$", re.MULTILINE)


def release_crate(version: str) -> dict[str, bytes]:
    """Return the crate's files by name, for a published release such as ``0.1.32``."""
    numbers = re.match(r"(\d+)\.(\d+)\.(\d+)", version)
    if numbers is None:
        raise RequestError(f"{quoted(version)} is not a release.", "Give a version such as 0.1.32.")
    features = ["provider-test"]
    if tuple(int(number) for number in numbers.groups()) >= _SQLITE_FEATURE_SINCE:
        features.append("sqlite")
    dependency = f"{{ version = {_toml(f'={version}')}, features = {json.dumps(features)} }}"
    return _crate("", f"duroxide {version}", dependency)


def checkout_crate(version: str | None, features: frozenset[str], package: str = "") -> dict[str, bytes]:
    """Return the crate's files by name, to be placed into a checkout.

    Parameters
    ----------
    version
        Version of the checkout's package; ``None`` if unknown.
    features
        Features that the checkout's manifest declares.
    package
        Directory of the package in the checkout; empty if it is the root.

    Raises
    ------
    RequestError
        The checkout is too old: it lacks the stress test that the crate runs.
    """
    if "provider-test" not in features:
        raise RequestError(
            "This revision of Duroxide has no feature 'provider-test', so the bundled workload cannot be built.",
            "Profile one of its programs with --bin or --example.",
        )
    chosen = [name for name in ("provider-test", "sqlite") if name in features]
    dependency = f"{{ path = {_toml(posixpath.normpath(f'../{package}'))}, features = {json.dumps(chosen)} }}"
    return _crate(f"{RESERVED}/", f"duroxide {version or 'of unknown version'}", dependency)


def _crate(prefix: str, description: str, dependency: str) -> dict[str, bytes]:
    root = files("duronb.subject") / "workload"
    values = {"description": _toml(description), "duroxide": dependency}
    manifest, replaced = _SUBJECT_LINE.subn(
        lambda line: f"{line[1]} = {values[line[1]]}", (root / "Cargo.toml").read_text(encoding="utf-8")
    )
    assert replaced == len(values)
    sources = {f"{prefix}{name}": content for name, content in _sources(root / "src", "src/")}
    return sources | {f"{prefix}Cargo.toml": manifest.encode()}


def _sources(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of each Rust file in a folder and its subfolders."""
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _sources(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".rs"):
            yield prefix + entry.name, entry.read_bytes()


def _toml(text: str) -> str:
    """Return a text as a TOML string. The escapes are those of JSON, except for the delete character."""
    return json.dumps(text, ensure_ascii=True).replace("\x7f", "\\u007f")
