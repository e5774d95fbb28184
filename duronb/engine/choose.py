"""Which engine a capture uses, and why."""

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
    """Return an engine and a sentence on why it is this one.

    Parameters
    ----------
    name
        ``docker``, ``native``, ``embedded``, or ``auto`` for the first of them that can work.

    Raises
    ------
    HostError
        None can work; the remedy says what to install.
    """
    if name != "auto":
        return engine_called(name), f"{name}: asked for."
    answers, docker_says = _docker_answers()
    if answers:
        return engine_called("docker"), f"docker: {docker_says}."
    reasons = [f"docker: {docker_says}"]
    cargo = find_cargo()
    if cargo is None:
        raise HostError(
            f"No engine can work here ({docker_says}; there is no Rust).",
            "Install and start Docker, or install Rust with rustup (rustup.rs).",
        )
    works, native_says = _native_works()
    reasons.append(f"native: {native_says}")
    if works:
        return NativeEngine(), f"{'; '.join(reasons)}."
    reasons.append("embedded: cargo found")
    return EmbeddedEngine(), f"{'; '.join(reasons)}."


def engine_called(name: str) -> Engine:
    """Return the engine of that name, whether or not it can work here."""
    if name == "docker":
        # Here, so that the other engines work where docker-py does not load.
        from duronb.engine.docker.engine import DockerEngine

        return DockerEngine()
    if name == "native":
        return NativeEngine()
    if name == "embedded":
        return EmbeddedEngine()
    raise HostError(f"There is no engine {name!a}.", "Choose docker, native or embedded.")


def _docker_answers() -> tuple[bool, str]:
    from duronb.engine.docker.client import engine_answers

    answers, says = engine_answers()
    return answers, says.strip().rstrip(".")


def _native_works() -> tuple[bool, str]:
    perf = find_perf()
    if perf is None:
        return False, "no perf"
    try:
        probe(perf, _USUAL_HZ)
    except DuronbError as error:
        return False, error.message.rstrip(".")
    return True, f"perf {perf_version(perf)} found"
