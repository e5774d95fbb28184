"""cargo in the builder: a source becomes a binary that stays beside all others that were built."""

from __future__ import annotations

import hashlib
import io
import json
import posixpath
import re
import tarfile
import time
from collections.abc import Mapping

from duronb.engine.cargo.commands import (
    build_environment,
    build_failure,
    is_disk_full,
    locked_version,
    newest_release_probe,
    recorded_flags,
    registry_unreachable,
    unfit_requirement,
)
from duronb.engine.docker.builder import Builder, Finished
from duronb.engine.docker.client import disk_full
from duronb.engine.docker.container import TARGET
from duronb.engine.docker.image import looks_offline, network_hint
from duronb.engine.docker.sources import prune_sources, send_source
from duronb.engine.protocol import Build, BuildPlan
from duronb.errors import BuildError, HostError
from duronb.events import Emit, Event
from duronb.subject.cargo_lock import follows, lock_hash

KEPT_BINARIES = 64
_BUILT = f"{TARGET}/built"
_SEEDS = "/tmp/duronb-seeds"  # noqa: S108 - in the builder, which goes with its session

# rustup would otherwise follow the subject's rust-toolchain.toml and download another toolchain. The lock file comes
# last, behind a mark, so that one command answers everything.
_TOOLCHAIN = """
if command -v rustup >/dev/null 2>&1; then
  RUSTUP_TOOLCHAIN=$(rustup show active-toolchain | cut -d' ' -f1); export RUSTUP_TOOLCHAIN
fi
echo "$RUSTUP_TOOLCHAIN"
exec rustc -vV
"""
_KEPT = 'test -x "$1/$2" && touch -- "$1" && exec cat -- "$1/Cargo.lock"'
_ALIKE = r"""
for place in "$1" "$1"-*; do
  case $place in *.partial) continue ;; esac
  [ ! -x "$place/$2" ] || printf '%s\n' "$place"
done
"""
# One build at a time, from cargo's look at the files to the copy of the binary. cargo knows a unit by its path inside
# the workspace and by modification times, so to cargo two sources in two directories are one, and the one with the
# older files looks built: where another source was built last, this one's files become new.
_BUILD = r"""
set -e
objects=$1 identity=$2 source=$3 binary=$4 kept=$5 last=$6 seed=$7; shift 7
mkdir -p -- "$objects" "${last%/*}"
exec 9>"$objects/.duronb-lock"
flock --nonblock 9 || { echo "Waiting for another build in this engine"; flock 9; }
if [ "$(cat -- "$objects/.duronb-source" 2>/dev/null)" != "$identity" ]; then
  find "$source" -type f -exec touch -- '{}' +
  printf %s "$identity" >"$objects/.duronb-source"
fi
touch -- "$objects"
if [ -n "$seed" ]; then
  cp -- "$seed" Cargo.lock
elif [ ! -e Cargo.lock ] && [ -e "$last" ]; then
  # Duroxide's own lock file is not in git. With the last one, two builds differ in the subject alone.
  cp -- "$last" Cargo.lock
fi
cargo build "$@"
[ -f "$objects/$binary" ] || exit 66
rm -rf -- "$kept.partial"
mkdir -p -- "$kept.partial"
cp -- "$objects/$binary" Cargo.lock "$kept.partial/"
rm -rf -- "$kept"
mv -- "$kept.partial" "$kept"
cp -- Cargo.lock "$last"
"""
_NO_BINARY = 66
_PROBE = r"""
cd "$(mktemp -d)" && mkdir src && : >src/lib.rs && printf %s "$1" >Cargo.toml || exit
said=$(cargo generate-lockfile 2>&1) || { status=$?; printf '%s\n' "$said"; exit "$status"; }
exec cat Cargo.lock
"""
_DROP_OLD = r"""
cd "$1" 2>/dev/null || exit 0
find . -mindepth 1 -maxdepth 1 -type d -printf '%T@ %f\n' | sort -rn | tail -n "+$2" | cut -d' ' -f2- |
  while IFS= read -r old; do rm -rf -- "$old"; done
"""


class CargoBuild:
    """Builds in one container.

    Parameters
    ----------
    builder
        Where cargo runs.
    image_id
        The tools image; objects of another image are never reused, for its C library may be another.
    call_graph
        ``fp`` or ``dwarf``.
    """

    def __init__(self, builder: Builder, image_id: str, call_graph: str) -> None:
        self._builder = builder
        self._image_id = image_id
        said = builder.must(["sh", "-c", _TOOLCHAIN], "find Rust in the tools image").decode()
        toolchain, _, verbose = said.partition("\n")
        if toolchain:
            builder.environment["RUSTUP_TOOLCHAIN"] = toolchain
        self._verbose = verbose
        self._objects = f"{TARGET}/cargo/{image_id.removeprefix('sha256:')[:16]}"
        self._variables = build_environment(verbose, call_graph)
        self.toolchain = verbose.partition("\n")[0]
        """First line of ``rustc --version``."""

    def build(self, plan: BuildPlan, emit: Emit, *, rebuild: bool, seed: bytes | None = None) -> Build:
        """Return the binary of a plan: built before, or built now; see ``Engine.build``.

        Raises
        ------
        BuildError, HostError
            cargo failed, or lacks the network or room on the disk.
        """
        started = time.monotonic()
        seed = None if plan.own_lock else seed
        kept = f"{_BUILT}/{self._key(plan)}"
        name = posixpath.basename(plan.binary)
        if seed is not None:
            kept = self._place(kept, name, seed)
        if not rebuild:
            found = self._builder.run(["sh", "-c", _KEPT, "sh", kept, name])
            if found.exit_code == 0:
                emit(Event(kind="output", step="build", text="Unchanged since it was built: nothing to do"))
                return self._built(f"{kept}/{name}", found.output, started)
        else:
            old = [kept, self._objects, self._last_lock(plan)]
            self._builder.must(["rm", "-rf", "--", *old], "remove what was built before")
        directory = send_source(self._builder, plan.source, anew=rebuild)
        self._run_cargo(plan, directory, kept, emit, "" if seed is None else self._put_seed(seed))
        cargo_lock = self._builder.must(["cat", "--", f"{kept}/Cargo.lock"], "read Cargo.lock")
        self._prune()
        return self._built(f"{kept}/{name}", cargo_lock, started)

    def _place(self, kept: str, name: str, seed: bytes) -> str:
        """Return where a build is, or is to be; a build from other versions than the seed's has another place."""
        own = f"{kept}-{lock_hash(seed)[:16]}"
        alike = self._builder.must(["sh", "-c", _ALIKE, "sh", kept, name], "look for what was built before")
        places = alike.decode().splitlines()
        for place in () if own in places else places:
            lock = self._builder.run(["cat", "--", f"{place}/Cargo.lock"])
            if lock.exit_code == 0 and follows(lock.output, seed):
                return place
        return own

    def _put_seed(self, seed: bytes) -> str:
        """Bring a lock file to the engine, and return where it lies."""
        name, doing = f"{lock_hash(seed)}.lock", "send Cargo.lock to the engine"
        self._builder.must(["mkdir", "-p", "--", _SEEDS], doing)
        with io.BytesIO() as archive:
            with tarfile.open(fileobj=archive, mode="w") as tar:
                member = tarfile.TarInfo(name)
                member.size = len(seed)
                tar.addfile(member, io.BytesIO(seed))
            archive.seek(0)
            self._builder.put(_SEEDS, archive, doing)
        return f"{_SEEDS}/{name}"

    def _run_cargo(self, plan: BuildPlan, source: str, kept: str, emit: Emit, seed: str) -> None:
        places = [self._objects, plan.source.source_hash, source, plan.binary, kept, self._last_lock(plan), seed]
        finished = self._builder.run(
            ["sh", "-c", _BUILD, "sh", *places, *plan.cargo_arguments],
            directory=posixpath.normpath(posixpath.join(source, plan.workspace)),
            environment={**self._variables, "CARGO_TARGET_DIR": self._objects},
            on_line=lambda line: emit(Event(kind="output", step="build", text=line)),
        )
        if finished.exit_code == _NO_BINARY:
            raise BuildError(f"cargo built no {plan.binary}.", "Check the name of the binary.", finished.text[-2000:])
        if finished.exit_code:
            raise cargo_error(finished)

    def _last_lock(self, plan: BuildPlan) -> str:
        return f"{TARGET}/locks/{posixpath.basename(plan.binary)}.lock"

    def _prune(self) -> None:
        prune_sources(self._builder)
        for directory, kept in ((_BUILT, KEPT_BINARIES), (posixpath.dirname(self._objects), 2)):
            self._builder.must(["sh", "-c", _DROP_OLD, "sh", directory, str(kept + 1)], "remove old builds")

    def _built(self, binary: str, cargo_lock: bytes, started: float) -> Build:
        return Build(
            binary=binary,
            toolchain=self.toolchain,
            cargo_lock=cargo_lock,
            flags=recorded_flags(self._variables),
            seconds=time.monotonic() - started,
        )

    def _key(self, plan: BuildPlan) -> str:
        facts: Mapping[str, object] = {
            "source": plan.source.source_hash,
            "arguments": plan.cargo_arguments,
            "binary": plan.binary,
            "workspace": plan.workspace,
            "variables": self._variables,
            "rustc": self._verbose,
            "image": self._image_id,
        }
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:32]


def cargo_error(finished: Finished) -> Exception:
    """Return the error for a cargo command that failed in the builder."""
    text = finished.text
    if is_disk_full(text):
        return disk_full("finish the build")
    if registry_unreachable(text) and looks_offline(text):
        return HostError("cargo could not reach the crates registry.", network_hint())
    if finished.exit_code == 137:
        said = "The compiler was killed, as the kernel does when memory runs out."
        return HostError(said, "Give the engine more memory.")
    return build_failure(text)


def newest_release(builder: Builder) -> str | None:
    """Ask the crates registry, through cargo, for the newest version of duroxide; ``None`` where it does not answer."""
    # In a directory of its own: cargo takes the version from a lock file that it finds.
    finished = builder.run(["sh", "-c", 'cd "$(mktemp -d)" && exec cargo info duroxide'])
    version = re.search(r"^version: (\d+\.\d+\.\d+\S*)", finished.text, re.MULTILINE)
    return version[1] if finished.exit_code == 0 and version else None


def newest_fitting(builder: Builder, requirement: str) -> str | None:
    """Ask the crates registry, through cargo, for the newest version that fits a requirement; ``None`` for none.

    Raises
    ------
    BuildError, HostError
        cargo failed for another reason.
    """
    manifest = newest_release_probe(requirement=requirement)["Cargo.toml"].decode()
    finished = builder.run(["sh", "-c", _PROBE, "sh", manifest])
    if finished.exit_code and unfit_requirement(finished.text):
        return None
    if finished.exit_code:
        raise cargo_error(finished)
    return locked_version(finished.output)
