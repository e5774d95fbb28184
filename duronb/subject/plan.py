"""From a request to a subject, and from a subject to what an engine builds and runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from duronb.errors import RequestError
from duronb.model.record.subject import Subject
from duronb.quoting import quoted
from duronb.request import ProfileRequest
from duronb.sampling.embedded import Embedded
from duronb.sampling.perf import Perf
from duronb.sampling.protocol import Sampler
from duronb.subject.checkout import Checkout, find_checkout, open_checkout
from duronb.subject.release import release_facts, release_source
from duronb.subject.snapshot import RESERVED, Entry, source_of
from duronb.subject.source import BuildPlan
from duronb.subject.targets import Target, bins, find_target
from duronb.subject.workload import ALL_STAGES, BINARY, checkout_crate

_STAGES_OF = {"sqlite-stress": len(ALL_STAGES), "parallel_orchestrations": len(ALL_STAGES), "large-payload-stress": 1}
"""Programs of Duroxide's that take the seconds as their only argument, and how many stages they run."""
_DEFAULTS = ("sqlite-stress", "parallel_orchestrations")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expects:
    """What the workload's log has to say.

    Parameters
    ----------
    stages
        How many stages should run; 0 for a program that is no stress test.
    seconds
        The length of a stage that the log should echo.
    """

    stages: int
    seconds: int

    def to_json(self) -> dict[str, int]:
        """Fields as plain JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadPlan:
    """What a capture needs to know about its workload.

    Parameters
    ----------
    build
        How the binary comes about.
    arguments
        What follows the binary's path.
    expects
        What its log has to say.
    subject
        What the run keeps about the code that is measured.
    repeat_seconds
        Run it again and again for this long; ``None`` runs it once.
    notices
        Sentences for the user, kept on the run.
    """

    build: BuildPlan
    arguments: tuple[str, ...]
    expects: Expects
    subject: Subject
    repeat_seconds: int | None = None
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundSubject:
    """A checkout, or a release when ``checkout`` is ``None``."""

    checkout: Checkout | None
    release: str = "latest"

    def plan(self, request: ProfileRequest, sampler: Sampler, resolve_release: Callable[[str], str]) -> WorkloadPlan:
        """Say what is built and run.

        Parameters
        ----------
        request
            The request that the subject was found for.
        sampler
            What takes the samples; some samplers are a part of the bundled workload, and can sample no other program.
        resolve_release
            Turns ``latest`` into a version.

        Raises
        ------
        RequestError
            The sampler cannot do what is asked.
        """
        _check_sampler(request, sampler)
        if self.checkout is None:
            return _plan_release(request, sampler, resolve_release(self.release))
        return _plan_checkout(request, sampler, self.checkout)


def find_subject(request: ProfileRequest) -> FoundSubject:
    """Return what a request asks to profile: a release, a checkout, or ``latest`` where neither is named nor here.

    Raises
    ------
    RequestError
        The checkout, its ref, or its binary or example does not exist.
    """
    _check_sampler(request, Embedded() if request.engine == "embedded" else Perf())
    if request.release is not None:
        return FoundSubject(None, request.release)
    own = request.bin or request.example
    here = request.repo_path or Path()
    if request.repo is None and request.ref is None and own is None:
        checkout = find_checkout(here)
    else:
        checkout = open_checkout(here, request.ref)
    if checkout is not None and own is not None:
        find_target(checkout, "bin" if request.bin else "example", own)
    return FoundSubject(checkout)


def _check_sampler(request: ProfileRequest, sampler: Sampler) -> None:
    if sampler.bundled_features is not None and (request.bin is not None or request.example is not None):
        raise RequestError(
            f"The {sampler.name} sampler cannot profile {quoted(request.bin or request.example)}: it is part of the"
            " bundled workload.",
            "Drop --bin and --example, or use an engine with perf: --engine docker or native.",
        )
    if request.call_graph not in sampler.call_graphs:
        raise RequestError(
            f"The {sampler.name} sampler has no DWARF call graphs.",
            "Drop --call-graph dwarf, or use an engine with perf: --engine docker or native.",
        )


def _plan_release(request: ProfileRequest, sampler: Sampler, version: str) -> WorkloadPlan:
    source = release_source(version)
    build = BuildPlan(source=source, cargo_arguments=_bundled_arguments(sampler), binary=f"release/{BINARY}")
    return _bundled(request, build, release_facts(version, source))


def _plan_checkout(request: ProfileRequest, sampler: Sampler, checkout: Checkout) -> WorkloadPlan:
    if request.bin is not None:
        return _plan_target(request, checkout, find_target(checkout, "bin", request.bin))
    if request.example is not None:
        return _plan_target(request, checkout, find_target(checkout, "example", request.example))
    if request.stages or sampler.bundled_features is not None:
        return _plan_bundled(request, sampler, checkout)
    own = {target.name: target for target in bins(checkout)}
    for name in _DEFAULTS:
        if name in own:
            return _plan_target(request, checkout, own[name])
    notice = "This checkout has no stress test binary: the bundled workload runs against it."
    return _plan_bundled(request, sampler, checkout, (notice,))


def _plan_target(request: ProfileRequest, checkout: Checkout, target: Target) -> WorkloadPlan:
    features = ("--features", ",".join(target.features)) if target.features else ()
    folder = "release/examples" if target.kind == "example" else "release"
    build = BuildPlan(
        source=source_of(checkout.entries),
        cargo_arguments=("--release", "--package", target.package, f"--{target.kind}", target.name, *features),
        binary=f"{folder}/{target.name}",
        own_lock=_lock_of(checkout) is not None,
    )
    stages = _STAGES_OF.get(target.name, 0) if target.kind == "bin" else 0
    seconds, notices = request.seconds, []
    if request.bin is not None or request.example is not None:
        arguments = request.args or ((str(request.seconds),) if stages else ())
        if stages and arguments[0].isdecimal() and arguments[0].isascii() and len(arguments[0]) < 10:
            seconds = int(arguments[0])
    else:
        arguments = (str(request.seconds), *request.args)
    if target.name == "parallel_orchestrations":
        notices.append("The stress test of an old revision may run a fixed time; its log says which.")
    if target.kind == "bin" and not stages and not request.args:
        notices.append(f"{target.name} runs until it ends by itself: duronb cannot tell it the seconds.")
    return WorkloadPlan(
        build=build,
        arguments=arguments,
        expects=Expects(stages=stages, seconds=seconds),
        subject=replace(checkout.facts, workload=target.name),
        repeat_seconds=request.seconds if target.kind == "example" else None,
        notices=tuple(notices),
    )


def _plan_bundled(
    request: ProfileRequest, sampler: Sampler, checkout: Checkout, notices: tuple[str, ...] = ()
) -> WorkloadPlan:
    crate = checkout_crate(checkout.version, checkout.features)
    lock = _lock_of(checkout)
    if lock is not None:
        # The versions that the checkout itself is built with, as far as they apply.
        crate[f"{RESERVED}/Cargo.lock"] = lock.read()
    build = BuildPlan(
        source=source_of(checkout.entries, crate),
        cargo_arguments=_bundled_arguments(sampler),
        binary=f"release/{BINARY}",
        workspace=RESERVED,
        own_lock=lock is not None,
    )
    return _bundled(request, build, checkout.facts, notices)


def _bundled(
    request: ProfileRequest, build: BuildPlan, subject: Subject, notices: tuple[str, ...] = ()
) -> WorkloadPlan:
    stages = ("--stages", ",".join(request.stages)) if request.stages else ()
    return WorkloadPlan(
        build=build,
        arguments=(str(request.seconds), *stages, *request.args),
        expects=Expects(stages=len(request.stages or ALL_STAGES), seconds=request.seconds),
        subject=replace(subject, workload=BINARY),
        notices=notices,
    )


def _lock_of(checkout: Checkout) -> Entry | None:
    return next((entry for entry in checkout.entries if entry.name == "Cargo.lock" and entry.kind != "link"), None)


def _bundled_arguments(sampler: Sampler) -> tuple[str, ...]:
    features = ("--features", ",".join(sampler.bundled_features)) if sampler.bundled_features else ()
    return ("--release", *features)
