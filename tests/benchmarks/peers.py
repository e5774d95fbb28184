"""The peers, from their package registries, in pinned versions: speedscope and d3-flame-graph, and inferno."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

NPM_PACKAGES = {"speedscope": "1.25.0", "d3-flame-graph": "5.0.0"}
INFERNO_VERSION = "0.12.8"
NOT_RUN = {
    "snakeviz": "reads cProfile's statistics of Python programs only: no folded stacks, no perf samples",
    "flamegraph.pl": "comes from no package registry; inferno is its port, and draws the same SVG",
    "flamelens": "draws in a terminal",
    "samply": "shows its own format, in a page that comes from the internet",
}
"""Peers that do not fit, and why."""


@dataclass(frozen=True, slots=True)
class Peers:
    """Where the peers are.

    Parameters
    ----------
    npm
        The directory ``node_modules``.
    flamegraph, collapse
        inferno's programs.
    versions
        Of each peer.
    """

    npm: Path
    flamegraph: Path
    collapse: Path
    versions: dict[str, str]


def install_peers(work: Path) -> Peers:
    """Find the peers, or install them into the work directory.

    Parameters
    ----------
    work
        Holds ``npm/`` and ``inferno/`` afterwards.
    """
    npm = _npm_packages(work / "npm")
    flamegraph, collapse = _inferno(work / "inferno")
    versions = {name: _npm_version(npm, name) for name in NPM_PACKAGES}
    return Peers(npm, flamegraph, collapse, {**versions, "inferno": _crate_version(collapse)})


def _npm_packages(directory: Path) -> Path:
    modules = directory / "node_modules"
    if any(_npm_version(modules, name) != version for name, version in NPM_PACKAGES.items()):
        directory.mkdir(parents=True, exist_ok=True)
        (directory / "package.json").write_text('{"private": true}\n', encoding="utf-8")
        npm = shutil.which("npm")
        if npm is None:
            raise SystemExit("npm is not on PATH; it installs the peers. Install Node.")
        wanted = [f"{name}@{version}" for name, version in NPM_PACKAGES.items()]
        subprocess.run(
            [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--save-exact", *wanted],
            cwd=directory,
            check=True,
            timeout=600,
        )
    return modules


def _npm_version(modules: Path, name: str) -> str:
    try:
        return str(json.loads((modules / name / "package.json").read_text(encoding="utf-8"))["version"])
    except (OSError, ValueError, KeyError):
        return ""


def _inferno(directory: Path) -> tuple[Path, Path]:
    """Return inferno-flamegraph and inferno-collapse-perf: from PATH, the cache of the checks, or built here."""
    places = [None, Path.home() / ".cache/duronb-ci/inferno/bin", directory / "bin"]
    for _ in range(2):
        for place in places:
            path = None if place is None else str(place)
            found = [shutil.which(name, path=path) for name in ("inferno-flamegraph", "inferno-collapse-perf")]
            if found[0] and found[1]:
                return Path(found[0]), Path(found[1])
        cargo = shutil.which("cargo")
        if cargo is None:
            break
        subprocess.run(
            [cargo, "install", "inferno", "--locked", "--version", INFERNO_VERSION, "--root", str(directory)],
            check=True,
            timeout=1800,
        )
    raise SystemExit("inferno is not on PATH, and there is no cargo to build it. Install Rust.")


def _crate_version(program: Path) -> str:
    """Read the version that cargo noted beside the program: inferno's programs do not say it."""
    try:
        noted = (program.parent.parent / ".crates.toml").read_text(encoding="utf-8")
    except OSError:
        return "unknown"
    found = re.search(r'"inferno (\d+\.\d+\.\d+\S*)', noted)
    return found[1] if found else "unknown"
