"""Plans: the subject of a request, and what an engine builds and runs for it."""

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
from duronb.subject.commit_files import filter_notices
from duronb.subject.release import release_facts, release_source
from duronb.subject.snapshot import CONFIGURATION, RESERVED, TOOLCHAIN_FILES, Entry, source_of
from duronb.subject.source import BuildPlan
from duronb.subject.targets import Target, bins, find_target
from duronb.subject.workload import ALL_STAGES, BINARY, checkout_crate

_STAGES_OF = {"sqlite-stress": len(ALL_STAGES), "parallel_orchestrations": len(ALL_STAGES), "large-payload-stress": 1}
"""Programs of Duroxide whose only argument is the seconds, and the number of stages that they run."""
_DEFAULTS = ("sqlite-stress", "parallel_orchestrations")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expects:
    """The expected content of the workload's log.

    Parameters
    ----------
    stages
        Number of stages that should run; 0 for a program that is not a stress test.
    seconds
        Length of a stage that the log should state.
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
        How to build the binary.
    arguments
        Arguments of the binary.
    expects
        The expected content of its log.
    subject
        The subject, as stored in the run record.
    repeat_seconds
        Time for which the binary is run repeatedly, in seconds; ``None`` to run it once.
    notices
        Sentences for the user, stored in the run record.
    """

    build: BuildPlan
    arguments: tuple[str, ...]
    expects: Expects
    subject: Subject
    repeat_seconds: int | None = None
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundSubject:
    """A checkout, or a release if ``checkout`` is ``None``."""

    checkout: Checkout | None
    release: str = "latest"

    def plan(self, request: ProfileRequest, sampler: Sampler, resolve_release: Callable[[str], str]) -> WorkloadPlan:
        """Return what an engine builds and runs.

        Parameters
        ----------
        request
            The request that the subject was found for.
        sampler
            The sampler. A sampler that is part of the bundled workload cannot sample other programs.
        resolve_release
            Function that returns the version for a release, which may be ``latest``.

        Raises
        ------
        RequestError
            The sampler does not support the request.
        """
        _check_sampler(request, sampler)
        if self.checkout is None:
            return _plan_release(request, sampler, resolve_release(self.release))
        return _plan_checkout(request, sampler, self.checkout)


def find_subject(request: ProfileRequest) -> FoundSubject:
    """Return the subject of a request: a release or a checkout.

    A request that names neither is for the checkout that contains the working directory, else for the latest release.

    Raises
    ------
    RequestError
        The checkout, its ref, or its binary or example does not exist.
    """
    _check_sampler(request, Embedded() if request.engine == "embedded" else Perf())
    if request.release is not None:
        return FoundSubject(None, request.release)
    target = request.bin or request.example
    path = request.repo_path or Path()
    if request.repo is None and request.ref is None and target is None:
        checkout = find_checkout(path)
    else:
        checkout = open_checkout(path, request.ref)
    if checkout is not None and target is not None:
        find_target(checkout, "bin" if request.bin else "example", target)
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
    build = BuildPlan(source=source, cargo_arguments=_bundled_arguments(sampler), binary=BINARY)
    return _bundled(request, build, release_facts(version, source))


def _plan_checkout(request: ProfileRequest, sampler: Sampler, checkout: Checkout) -> WorkloadPlan:
    if request.bin is not None:
        return _plan_target(request, checkout, find_target(checkout, "bin", request.bin))
    if request.example is not None:
        return _plan_target(request, checkout, find_target(checkout, "example", request.example))
    if request.stages or sampler.bundled_features is not None:
        return _plan_bundled(request, sampler, checkout)
    binaries = {target.name: target for target in bins(checkout)}
    for name in _DEFAULTS:
        if name in binaries:
            return _plan_target(request, checkout, binaries[name])
    notice = "This checkout has no stress test binary, so the bundled workload is used."
    return _plan_bundled(request, sampler, checkout, (notice,))


def _plan_target(request: ProfileRequest, checkout: Checkout, target: Target) -> WorkloadPlan:
    features = ("--features", ",".join(target.features)) if target.features else ()
    build = BuildPlan(
        source=source_of(checkout.entries),
        cargo_arguments=("--release", "--package", target.package, f"--{target.kind}", target.name, *features),
        binary=target.name,
        kind=target.kind,
        own_lock=_lock_of(checkout) is not None,
        origin=checkout.root,
    )
    stages = _STAGES_OF.get(target.name, 0) if target.kind == "bin" else 0
    seconds, notices = request.seconds, [*_about_commit(checkout)]
    if request.bin is not None or request.example is not None:
        arguments = request.args or ((str(request.seconds),) if stages else ())
        if stages and arguments[0].isdecimal() and arguments[0].isascii() and len(arguments[0]) < 10:
            seconds = int(arguments[0])
    else:
        arguments = (str(request.seconds), *request.args)
    if target.name == "parallel_orchestrations":
        notices.append("The stress test of an old revision may run for a fixed time, which its log states.")
    if target.kind == "bin" and not stages and not request.args:
        notices.append(f"{target.name} runs until it exits, because duronb cannot set its duration.")
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
    crate = checkout_crate(checkout.version, checkout.features, checkout.package)
    lock = _lock_of(checkout)
    if lock is not None:
        # Lock the versions with which the checkout itself is built, as far as they apply.
        crate[f"{RESERVED}/Cargo.lock"] = lock.read()
    build = BuildPlan(
        source=source_of(checkout.entries, crate),
        cargo_arguments=_bundled_arguments(sampler),
        binary=BINARY,
        workspace=RESERVED,
        own_lock=lock is not None,
        origin=checkout.root,
    )
    return _bundled(request, build, checkout.facts, (*notices, *_about_commit(checkout)))


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


def _about_commit(checkout: Checkout) -> tuple[str, ...]:
    """Return notices on a commit: cargo's configuration that only the working tree contains, and filters of git."""
    if checkout.ref is None:
        return ()
    names, read = {entry.name for entry in checkout.entries}, (*CONFIGURATION, *TOOLCHAIN_FILES)
    files = " and ".join(name for name in read if name not in names and (checkout.root / name).is_file())
    text = f"{files} of the working tree is not used, because the commit does not contain it."
    return (*((text,) if files else ()), *filter_notices(checkout.entries))


def _lock_of(checkout: Checkout) -> Entry | None:
    return next((entry for entry in checkout.entries if entry.name == "Cargo.lock" and entry.kind != "link"), None)


def _bundled_arguments(sampler: Sampler) -> tuple[str, ...]:
    features = ("--features", ",".join(sampler.bundled_features)) if sampler.bundled_features else ()
    return ("--release", *features)
