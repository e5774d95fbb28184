"""cargo in the builder: a source becomes a binary that stays beside all others that were built."""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
import time
from collections.abc import Mapping

from duronb.engine.cargo import build_environment, build_failure, is_disk_full, recorded_flags, registry_unreachable
from duronb.engine.docker_builder import Builder, Finished
from duronb.engine.docker_client import disk_full
from duronb.engine.docker_container import TARGET
from duronb.engine.docker_image import looks_offline, network_hint
from duronb.engine.docker_sources import prune_sources, send_source
from duronb.engine.protocol import Build, BuildPlan
from duronb.errors import BuildError, HostError
from duronb.events import Emit, Event

KEPT_BINARIES = 64
_BUILT = f"{TARGET}/built"

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
# One build at a time, from cargo's look at the files to the copy of the binary. cargo knows a unit by its path inside
# the workspace and by modification times, so to cargo two sources in two directories are one, and the one with the
# older files looks built: where another source was built last, this one's files become new.
_BUILD = r"""
set -e
objects=$1 identity=$2 source=$3 binary=$4 kept=$5 seed=$6; shift 6
mkdir -p -- "$objects" "${seed%/*}"
exec 9>"$objects/.duronb-lock"
flock --nonblock 9 || { echo "Waiting for another build in this engine"; flock 9; }
if [ "$(cat -- "$objects/.duronb-source" 2>/dev/null)" != "$identity" ]; then
  find "$source" -type f -exec touch -- '{}' +
  printf %s "$identity" >"$objects/.duronb-source"
fi
touch -- "$objects"
# Duroxide's own lock file is not in git. With the last one, two builds differ in the subject alone.
[ -e Cargo.lock ] || [ ! -e "$seed" ] || cp -- "$seed" Cargo.lock
cargo build "$@"
[ -f "$objects/$binary" ] || exit 66
rm -rf -- "$kept.partial"
mkdir -p -- "$kept.partial"
cp -- "$objects/$binary" Cargo.lock "$kept.partial/"
rm -rf -- "$kept"
mv -- "$kept.partial" "$kept"
cp -- Cargo.lock "$seed"
"""
_NO_BINARY = 66
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

    def build(self, plan: BuildPlan, emit: Emit, *, rebuild: bool) -> Build:
        """Return the binary of a plan: built before, or built now.

        Raises
        ------
        BuildError, HostError
            cargo failed, or lacks the network or room on the disk.
        """
        started = time.monotonic()
        kept = f"{_BUILT}/{self._key(plan)}"
        name = posixpath.basename(plan.binary)
        if not rebuild:
            found = self._builder.run(["sh", "-c", _KEPT, "sh", kept, name])
            if found.exit_code == 0:
                emit(Event(kind="output", step="build", text="Unchanged since it was built: nothing to do"))
                return self._built(f"{kept}/{name}", found.output, started)
        else:
            old = [kept, self._objects, self._seed(plan)]
            self._builder.must(["rm", "-rf", "--", *old], "remove what was built before")
        directory = send_source(self._builder, plan.source, anew=rebuild)
        self._run_cargo(plan, directory, kept, emit)
        cargo_lock = self._builder.must(["cat", "--", f"{kept}/Cargo.lock"], "read Cargo.lock")
        self._prune()
        return self._built(f"{kept}/{name}", cargo_lock, started)

    def _run_cargo(self, plan: BuildPlan, source: str, kept: str, emit: Emit) -> None:
        places = [self._objects, plan.source.source_hash, source, plan.binary, kept, self._seed(plan)]
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

    def _seed(self, plan: BuildPlan) -> str:
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
