"""The choice of the engine of a capture."""

from __future__ import annotations

from duronb.engine.machine.cargo import find_cargo
from duronb.engine.machine.embedded import EmbeddedEngine
from duronb.engine.machine.native import NativeEngine
from duronb.engine.protocol import Engine
from duronb.errors import DuronbError, HostError
from duronb.sampling.perf import find_perf, perf_version
from duronb.sampling.perf_probe import probe

_USUAL_HZ = 99


def choose_engine(name: str) -> tuple[Engine, str]:
    """Return an engine, and a sentence on why it was chosen.

    Parameters
    ----------
    name
        ``docker``, ``native``, ``embedded``, or ``auto`` for the first of them that works.

    Raises
    ------
    HostError
        No engine works; the remedy reason what to install.
    """
    if name != "auto":
        return engine_called(name), f"{name}: requested."
    answers, docker_reason = _docker_answers()
    if answers:
        return engine_called("docker"), f"docker: {docker_reason}."
    reasons = [f"docker: {docker_reason}"]
    cargo = find_cargo()
    if cargo is None:
        raise HostError(
            f"No engine works here ({docker_reason}; Rust is not installed).",
            "Install and start Docker, or install Rust with rustup (rustup.rs).",
        )
    works, native_reason = _native_works()
    reasons.append(f"native: {native_reason}")
    if works:
        return NativeEngine(), f"{'; '.join(reasons)}."
    reasons.append("embedded: cargo found")
    return EmbeddedEngine(), f"{'; '.join(reasons)}."


def engine_called(name: str) -> Engine:
    """Return the engine of that name, whether or not it works here."""
    if name == "docker":
        # Imported here, so that the other engines work if docker-py cannot be imported.
        from duronb.engine.docker.engine import DockerEngine

        return DockerEngine()
    if name == "native":
        return NativeEngine()
    if name == "embedded":
        return EmbeddedEngine()
    raise HostError(f"There is no engine {name!a}.", "Choose docker, native or embedded.")


def _docker_answers() -> tuple[bool, str]:
    from duronb.engine.docker.client import engine_answers

    answers, reason = engine_answers()
    return answers, reason.strip().rstrip(".")


def _native_works() -> tuple[bool, str]:
    perf = find_perf()
    if perf is None:
        return False, "no perf"
    try:
        probe(perf, _USUAL_HZ)
    except DuronbError as error:
        return False, error.message.rstrip(".")
    return True, f"perf {perf_version(perf)} found"
