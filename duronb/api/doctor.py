"""Checks of what profiling needs on this machine. A check that finds a problem names the one thing to do."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, get_args

from duronb.cache import cache_directory
from duronb.engine.recording import Recording
from duronb.errors import DuronbError

Status = Literal["ok", "warn", "fail"]

_LEAST_FREE_BYTES = 5 * 1024**3  # enough for the image, the crate registry, two target directories, and runs
_COMMAND_SECONDS = 10
_LABEXTENSION = "@duronb/labextension"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """The result of one check.

    Parameters
    ----------
    name
        What was checked, such as ``docker``.
    status
        ``ok``; ``warn`` if something is missing that profiling can do without; ``fail`` if profiling cannot work.
    found
        What the check found.
    remedy
        The one thing to do; empty if there is nothing to do.
    """

    name: str
    status: Status
    found: str
    remedy: str = ""

    def to_json(self) -> dict[str, str]:
        """Return the fields as plain JSON values."""
        return asdict(self)


def diagnose(*, repo: str | None = None, store: str | None = None) -> list[Check]:
    """Check what profiling needs on this machine. A failure becomes a check; nothing is raised or changed.

    Parameters
    ----------
    repo
        Path of the Duroxide checkout to check; ``None`` for the one that contains the working directory, if any.
    store
        Directory or URL of the store to check; ``None`` for the default store (see ``runs``).

    Returns
    -------
    list of Check
        The checks, always in the same order.

    Examples
    --------
    >>> from duronb.api.doctor import diagnose
    >>> [check.name for check in diagnose()][:3]
    ['python', 'engine', 'docker']
    """
    checks: list[tuple[str, Callable[[], Check]]] = [
        ("python", _python),
        ("engine", _engine),
        ("docker", _docker),
        ("perf", _perf),
        ("rust", _rust),
        ("git", _git),
        ("checkout", lambda: _checkout(repo)),
        ("store", lambda: _store(store, repo)),
        ("cache", _cache),
        ("bundles", _bundles),
        ("labextension", _labextension),
    ]
    return [_guarded(name, check) for name, check in checks]


def as_table(checks: list[Check]) -> str:
    """Return checks as lines of text: status, name and finding, with the remedy on the line below."""
    marks = {"ok": "ok  ", "warn": "warn", "fail": "FAIL"}
    width = max((len(check.name) for check in checks), default=0)
    lines = []
    for check in checks:
        lines.append(f"{marks[check.status]}  {check.name:<{width}}  {check.found}")
        if check.remedy:
            lines.append(f"{'':<{width + 8}}-> {check.remedy}")
    return "\n".join(lines)


def _guarded(name: str, check: Callable[[], Check]) -> Check:
    try:
        return check()
    except DuronbError as error:
        return Check(name=name, status="fail", found=error.message, remedy=error.remedy)
    except Exception as error:  # noqa: BLE001  a check that breaks must not hide the others
        found = f"The check itself failed ({type(error).__name__}: {error})."
        return Check(name=name, status="fail", found=found, remedy="Report this as a bug, with the line above.")


def _python() -> Check:
    return Check(name="python", status="ok", found=f"{platform.python_version()} at {sys.executable}")


def _engine() -> Check:
    from duronb.engine.choose import choose_engine

    engine, why = choose_engine("auto")
    engine.close()
    return Check(name="engine", status="ok", found=why)


def _docker() -> Check:
    from duronb.engine.docker.client import connect

    try:
        client, endpoint = connect()
        with closing(client):
            version = client.version().get("Version", "of unknown version")
    except DuronbError as error:
        return Check(name="docker", status="warn", found=error.message, remedy=error.remedy)
    return Check(name="docker", status="ok", found=f"engine {version} answers ({endpoint.kind})")


def _perf() -> Check:
    from duronb.sampling.perf import find_perf
    from duronb.sampling.perf_probe import version_problem

    if sys.platform != "linux":
        return Check(name="perf", status="ok", found="not available on this system; the container has its own")
    settings = {name: _kernel_setting(name) for name in ("perf_event_paranoid", "kptr_restrict")}
    described = ", ".join(f"{name} {'unknown' if value is None else value}" for name, value in settings.items())
    version, perf = _first_line("perf", "--version"), find_perf()
    problem = None if version is not None or perf is None else version_problem(perf)
    if problem is not None:
        found = f"{problem.message.removesuffix('.')} ({described})"
        return Check(name="perf", status="warn", found=found, remedy=f"For --engine native: {problem.remedy}")
    if version is None:
        return Check(
            name="perf",
            status="warn",
            found=f"not installed ({described})",
            remedy="Only --engine native needs it: install your distribution's perf (Debian: linux-perf).",
        )
    paranoid, restrict = settings["perf_event_paranoid"], settings["kptr_restrict"]
    if os.geteuid() != 0 and paranoid is not None and paranoid > 2:
        remedy = "For --engine native: sudo sysctl kernel.perf_event_paranoid=1"
        return Check(name="perf", status="warn", found=f"{version}, not permitted ({described})", remedy=remedy)
    if os.geteuid() != 0 and ((paranoid or 0) > 1 or (restrict or 0) > 0):
        remedy = "For kernel frames: sudo sysctl kernel.perf_event_paranoid=1 kernel.kptr_restrict=0"
        return Check(name="perf", status="warn", found=f"{version}, without kernel frames ({described})", remedy=remedy)
    return Check(name="perf", status="ok", found=f"{version} ({described})")


def _kernel_setting(name: str) -> int | None:
    try:
        return int(Path("/proc/sys/kernel", name).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _rust() -> Check:
    versions = [version for tool in ("cargo", "rustc") if (version := _first_line(tool, "--version"))]
    if len(versions) < 2:
        return Check(
            name="rust",
            status="warn",
            found=versions[0] if versions else "not installed",
            remedy="Only --engine native and --engine embedded need it: install Rust with rustup.",
        )
    return Check(name="rust", status="ok", found=", ".join(versions))


def _git() -> Check:
    version = _first_line("git", "--version")
    if version is None:
        remedy = "Install git: without it --ref does not work, and runs do not record their commit."
        return Check(name="git", status="warn", found="not installed", remedy=remedy)
    return Check(name="git", status="ok", found=version)


def _checkout(repo: str | None) -> Check:
    from duronb.subject.checkout import find_checkout, open_checkout

    if repo is not None:
        return Check(name="checkout", status="ok", found=str(open_checkout(Path(repo).expanduser()).root))
    found = find_checkout(Path.cwd())
    text = "none here: the newest release is profiled" if found is None else str(found.root)
    return Check(name="checkout", status="ok", found=text)


def _store(url: str | None, repo: str | None) -> Check:
    from duronb.store import open_store
    from duronb.subject.checkout import find_checkout

    checkout = find_checkout(Path(repo or Path.cwd()).expanduser())
    store = open_store(url, None if checkout is None else checkout.root)
    missing = _missing_directories(store.root)
    try:
        store.check_writable()
    finally:
        for directory in missing:
            with suppress(OSError):
                directory.rmdir()  # check_writable created it
    free = _free_bytes(store.root)
    if free is None:
        return Check(name="store", status="ok", found=f"{store.root}, writable")
    found = f"{store.root}, writable, {_gigabytes(free)} free"
    if free < _LEAST_FREE_BYTES:
        remedy = "Free some disk space: a first build needs several gigabytes."
        return Check(name="store", status="warn", found=found, remedy=remedy)
    return Check(name="store", status="ok", found=found)


def _missing_directories(root: str) -> list[Path]:
    """Return the directories of the store's path that do not exist, deepest first; an empty list for a URL."""
    if "://" in root:
        return []
    path = Path(root).absolute()
    return [directory for directory in (path, *path.parents) if not directory.exists()]


def _free_bytes(root: str) -> int | None:
    if "://" in root:
        return None
    path = Path(root).absolute()
    return shutil.disk_usage(next(directory for directory in (path, *path.parents) if directory.exists())).free


def _cache() -> Check:
    root = cache_directory()
    size = sum(path.lstat().st_size for path in root.rglob("*") if path.is_file()) if root.is_dir() else 0
    left = 0
    for recording in Recording.abandoned():
        left += 1
        recording.release()
    found = f"{root}, {_gigabytes(size)}"
    if left:
        return Check(
            name="cache",
            status="warn",
            found=f"{found}, {left} interrupted recording{'s' if left > 1 else ''} not yet collected",
            remedy="The next profile collects them.",
        )
    return Check(name="cache", status="ok", found=found)


def _bundles() -> Check:
    from duronb.views.kit.bundles import Bundle, bundle_text

    for name in get_args(Bundle):
        bundle_text(name)
    return Check(name="bundles", status="ok", found="the JavaScript of the flame graph is built")


def _labextension() -> Check:
    from jupyter_core.paths import jupyter_path

    for directory in jupyter_path("labextensions"):
        if Path(directory, _LABEXTENSION, "package.json").is_file():
            return Check(name="labextension", status="ok", found=str(Path(directory, _LABEXTENSION)))
    return Check(
        name="labextension",
        status="warn",
        found="not installed: untrusted notebooks show a static picture when they are reopened",
        remedy="Install duronb in the environment that runs JupyterLab.",
    )


def _first_line(*command: str) -> str | None:
    try:
        done = subprocess.run(
            command, capture_output=True, check=False, stdin=subprocess.DEVNULL, timeout=_COMMAND_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    lines = done.stdout.decode("utf-8", "replace").splitlines()
    return lines[0].strip() if done.returncode == 0 and lines else None


def _gigabytes(size: float) -> str:
    return f"{size / 1024**3:.1f} GiB"
