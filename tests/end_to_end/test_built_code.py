"""The program that runs is the one that was just built, however cargo is configured."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import duronb
from duronb.engine.docker.building.builder import DockerBuilder
from duronb.engine.docker.building.image import ensure_image
from duronb.engine.docker.client import connect
from duronb.engine.machine.build import MachineBuilder
from duronb.engine.protocol import Build, Builder
from duronb.errors import DuronbError
from duronb.events import Event, silent
from duronb.request import EngineName, ProfileRequest
from duronb.sampling.perf import Perf
from duronb.subject.plan import find_subject
from tests.conftest import git

pytestmark = pytest.mark.slow

TRIPLE = "x86_64-unknown-linux-gnu"
MANIFEST = '[package]\nname = "duroxide"\nversion = "0.1.99"\nedition = "2021"\n'
MAIN = """fn main() {
    let flags = [
        ("tokio_unstable", cfg!(tokio_unstable)),
        ("extra", cfg!(extra)),
        ("checked", cfg!(debug_assertions)),
        ("wrapped", cfg!(wrapped)),
    ];
    let set: Vec<&str> = flags.iter().filter(|flag| flag.1).map(|flag| flag.0).collect();
    println!("MARK [{}] [{}]", set.join(" "), option_env!("WORD").unwrap_or(""));
}
"""
WRAPPER = '#!/bin/sh\nexec "$@" --cfg wrapped\n'


@dataclass(frozen=True)
class Way:
    """One way to configure a build.

    Parameters
    ----------
    variables
        Environment variables.
    home, checkout, manifest
        Added to the configuration in CARGO_HOME, to that of the checkout, and to its manifest.
    files
        Other files of the checkout.
    flags, word
        What the program prints besides its marker.
    toolchain
        Part of the name of the compiler on this machine.
    says
        Pattern of the one line that says why nothing is built.
    notice, docker_notice
        Part of the line that says what is not used, in every engine or in a container.
    """

    variables: dict[str, str] = field(default_factory=dict)
    home: str = ""
    checkout: str = ""
    manifest: str = ""
    files: dict[str, str] = field(default_factory=dict)
    flags: str = ""
    word: str = ""
    toolchain: str = ""
    says: str = ""
    notice: str = ""
    docker_notice: str = ""


CFG = '["--cfg", "tokio_unstable"]'
PROFILE = "[profile.release]\ndebug-assertions = true\n"
BUILD_TARGET = f'[build]\ntarget = "{TRIPLE}"\n'
UNUSED = "does not use the environment variables of this machine: '{}'"
WAYS = {
    "nothing": Way(),
    "target by variable": Way({"CARGO_BUILD_TARGET": TRIPLE}),
    "target in CARGO_HOME": Way(home=BUILD_TARGET),
    "target in the checkout": Way(checkout=BUILD_TARGET),
    "two targets": Way(checkout=f'[build]\ntarget = ["{TRIPLE}", "i686-unknown-linux-gnu"]\n', says="target|compile"),
    "target directory by variable": Way({"CARGO_TARGET_DIR": "elsewhere"}),
    "target directory by another variable": Way({"CARGO_BUILD_TARGET_DIR": "elsewhere"}),
    "target directory in CARGO_HOME": Way(home='[build]\ntarget-dir = "elsewhere"\n'),
    "target directory in the checkout": Way(checkout='[build]\ntarget-dir = "elsewhere"\n'),
    "build directory by variable": Way({"CARGO_BUILD_BUILD_DIR": "elsewhere"}),
    "build directory in the checkout": Way(checkout='[build]\nbuild-dir = "{workspace-root}/elsewhere"\n'),
    "profile by variable": Way(
        {"CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS": "true"},
        flags="checked",
        docker_notice=UNUSED.format("CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS"),
    ),
    "profile in CARGO_HOME": Way(home=PROFILE, flags="checked"),
    "profile in the checkout": Way(checkout=PROFILE, flags="checked"),
    "profile in the manifest": Way(manifest=PROFILE, flags="checked"),
    "optimisation by variables": Way({"CARGO_PROFILE_RELEASE_LTO": "fat", "CARGO_PROFILE_RELEASE_OPT_LEVEL": "0"}),
    "stripped": Way(checkout="[profile.release]\nstrip = true\ndebug = false\n"),
    "incremental": Way({"CARGO_INCREMENTAL": "1"}),
    "RUSTFLAGS": Way({"RUSTFLAGS": "--cfg tokio_unstable"}, flags="tokio_unstable"),
    "RUSTFLAGS hide those of files": Way(
        {"RUSTFLAGS": "--cfg extra"}, checkout=f"[build]\nrustflags = {CFG}\n", flags="extra"
    ),
    "encoded RUSTFLAGS": Way({"CARGO_ENCODED_RUSTFLAGS": "--cfg\x1ftokio_unstable"}, flags="tokio_unstable"),
    "flags of a target by variable": Way(
        {"CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS": "--cfg tokio_unstable"}, flags="tokio_unstable"
    ),
    "flags by variable": Way({"CARGO_BUILD_RUSTFLAGS": "--cfg tokio_unstable"}, flags="tokio_unstable"),
    "flags in CARGO_HOME": Way(home=f"[build]\nrustflags = {CFG}\n", flags="tokio_unstable"),
    "flags in the checkout": Way(checkout=f"[build]\nrustflags = {CFG}\n", flags="tokio_unstable"),
    "flags as text": Way(checkout='[build]\nrustflags = "--cfg tokio_unstable"\n', flags="tokio_unstable"),
    "flags of both files": Way(
        home='[build]\nrustflags = ["--cfg", "extra"]\n',
        checkout=f"[build]\nrustflags = {CFG}\n",
        flags="tokio_unstable extra",
    ),
    "flags of a target": Way(checkout=f"[target.{TRIPLE}]\nrustflags = {CFG}\n", flags="tokio_unstable"),
    "flags of a condition": Way(checkout=f"[target.'cfg(unix)']\nrustflags = {CFG}\n", flags="tokio_unstable"),
    "flags of a condition that is false": Way(
        checkout=f'[build]\nrustflags = {CFG}\n[target."cfg(windows)"]\nrustflags = ["--cfg", "extra"]\n',
        flags="tokio_unstable",
    ),
    "flags and a target": Way(
        checkout=f"{BUILD_TARGET}[target.'cfg(target_os = \"linux\")']\nrustflags = {CFG}\n", flags="tokio_unstable"
    ),
    "wrapper by variable": Way({"RUSTC_WRAPPER": "{tools}/wrapper"}),
    "workspace wrapper in CARGO_HOME": Way(home='[build]\nrustc-workspace-wrapper = "{tools}/wrapper"\n'),
    "missing wrapper by variable": Way(
        {"RUSTC_WRAPPER": "no-sccache"}, says="no-sccache", docker_notice=UNUSED.format("RUSTC_WRAPPER")
    ),
    "missing wrapper in the checkout": Way(checkout='[build]\nrustc-wrapper = "no-sccache"\n', says="no-sccache"),
    "toolchain by variable": Way(
        {"RUSTUP_TOOLCHAIN": "nightly"}, toolchain="nightly", docker_notice=UNUSED.format("RUSTUP_TOOLCHAIN")
    ),
    "toolchain above the checkout": Way(
        files={"../rust-toolchain.toml": '[toolchain]\nchannel = "nightly"\n'}, toolchain="nightly"
    ),
    "configuration above the checkout": Way(
        files={"../.cargo/config.toml": PROFILE}, notice=".cargo/config.toml' is not used"
    ),
    "configuration that git ignores": Way(
        files={".gitignore": "/.cargo\n", ".cargo/config.toml": PROFILE}, flags="checked"
    ),
    "toolchain file": Way(
        files={"rust-toolchain.toml": '[toolchain]\nchannel = "nightly"\n'},
        toolchain="nightly",
        docker_notice="rust-toolchain.toml is not used",
    ),
    "missing toolchain": Way(
        files={"rust-toolchain": "1.12.3\n"}, says="1.12.3", docker_notice="rust-toolchain is not used"
    ),
    "compiler by variable": Way({"RUSTC": "{tools}/rustc"}),
    "missing compiler": Way({"RUSTC": "/nonexistent"}, says="/nonexistent", docker_notice=UNUSED.format("RUSTC")),
    "missing linker": Way(checkout=f'[target.{TRIPLE}]\nlinker = "no-clang"\n', says="no-clang"),
    "variable of the build in the checkout": Way(checkout='[env]\nWORD = "from a file"\n', word="from a file"),
    "variable of the build": Way({"WORD": "from the shell"}, word="from the shell"),
    "older configuration file": Way(files={".cargo/config": f"[build]\nrustflags = {CFG}\n"}, flags="tokio_unstable"),
}


@dataclass
class Place:
    """A checkout that prints a marker, and a builder."""

    path: Path
    builder: Builder
    run: Callable[[str], str]
    events: list[Event] = field(default_factory=list)

    def mark(self, marker: str) -> None:
        (self.path / "src" / "main.rs").write_text(MAIN.replace("MARK", marker), encoding="utf-8")

    def build(self) -> Build:
        request = ProfileRequest(repo=str(self.path), bin="duroxide")
        plan = find_subject(request).plan(request, Perf(), str)
        return self.builder.build(plan.build, self.events.append, rebuild=False)


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """Return a directory with a wrapper and a compiler."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name, text in (("wrapper", '#!/bin/sh\nexec "$@"\n'), ("rustc", '#!/bin/sh\nexec rustc "$@"\n')):
        (tools / name).write_text(text, encoding="utf-8")
        (tools / name).chmod(0o755)
    return tools


@pytest.fixture
def place(engine: EngineName, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """Return a checkout with a builder of an engine, and an older build in every directory of results."""
    path = tmp_path / "checkout"
    (path / "src").mkdir(parents=True)
    (path / "Cargo.toml").write_text(MANIFEST, encoding="utf-8")
    (path / ".gitignore").write_text("target/\nelsewhere/\nCargo.lock\n", encoding="utf-8")
    git(path, "init", "-q", "-b", "main")
    home = tmp_path / "cargo-home"
    home.mkdir()
    with contextlib.ExitStack() as resources:
        if engine == "docker":
            client, _ = connect()
            resources.enter_context(contextlib.closing(client))
            docker = resources.enter_context(
                contextlib.closing(DockerBuilder(client, ensure_image(client, silent, rebuild=False), silent))
            )
            place = Place(path, docker, lambda binary: docker.container.must([binary], "run").decode())
        else:
            local = MachineBuilder()
            local.prepare(rebuild=False)
            place = Place(path, local, lambda binary: subprocess.check_output([binary], text=True))
        place.mark("older")
        place.build()
        monkeypatch.setenv("CARGO_HOME", str(home))
        yield place


def configure(way: Way, path: Path, tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Configure cargo as ``way`` says."""
    files = {
        path / "Cargo.toml": MANIFEST + way.manifest,
        path / ".cargo" / "config.toml": way.checkout,
        Path(os.environ["CARGO_HOME"]) / "config.toml": way.home,
        **{path / name: text for name, text in way.files.items()},
    }
    for file, text in files.items():
        if text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text.replace("{tools}", str(tools)), encoding="utf-8")
    for name, value in way.variables.items():
        monkeypatch.setenv(name, value.replace("{tools}", str(tools)))


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_the_code_that_runs_is_the_code_that_is_there(
    way: Way, engine: EngineName, place: Place, tools: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    docker = engine == "docker"
    if not docker and way.toolchain and f"{way.toolchain}-" not in installed_toolchains():
        pytest.skip(f"the toolchain {way.toolchain} is not installed")
    configure(way, place.path, tools, monkeypatch)
    # Variables and configuration of this machine do not reach a container.
    reaches = not docker or bool(way.checkout or way.manifest or way.files)
    flags = way.flags if reaches else ""
    if docker and way.home:
        flags = flags.removesuffix(" extra")
    if docker and way.variables and way.checkout:
        flags = "tokio_unstable"
    word = way.word if not docker or way.checkout else ""
    refused = way.says if not docker else way.says if way.checkout and "wrapper" not in way.checkout else ""
    if refused:
        place.mark("new")
        with pytest.raises(DuronbError, match=refused) as caught:
            place.build()
        assert "\n" not in str(caught.value)
        return
    # Going back to an earlier text is a matter of cargo's time stamps, whatever the configuration.
    markers = ("new", "newer", "new") if way == WAYS["nothing"] else ("new", "newer") if reaches else ("new",)
    for marker in markers:
        place.mark(marker)
        build = place.build()
        assert place.run(build.binary).strip() == f"{marker} [{flags}] [{word}]"
        assert docker or way.toolchain in build.toolchain
    notices = "\n".join(event.text for event in place.events if event.kind == "notice")
    assert way.notice in notices
    assert not docker or way.docker_notice in notices


def write(root: Path, files: dict[str, str]) -> None:
    """Write files by name."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def package(name: str, rest: str = "") -> str:
    """Return a manifest."""
    return f'[package]\nname = "{name}"\nversion = "1.0.0"\nedition = "2021"\n{rest}'


@pytest.mark.parametrize("repo", [".", "crates/duroxide", "crates/side/src"])
def test_a_member_of_a_workspace_is_built_with_the_workspace(place: Place, repo: str) -> None:
    root = place.path
    shutil.rmtree(root / "src")
    main = MAIN.replace("MARK [{}] [{}]", "member [{}] [{}] {}").replace('unwrap_or("")', 'unwrap_or(""), side::NAME')
    files = {
        "Cargo.toml": '[workspace]\nmembers = ["crates/*"]\nresolver = "2"\n[workspace.package]\nversion = "0.2.7"\n',
        ".cargo/config.toml": f"[build]\nrustflags = {CFG}\n",
        "crates/duroxide/Cargo.toml": (
            '[package]\nname = "duroxide"\nversion.workspace = true\nedition = "2021"\n'
            '[dependencies]\nside = { path = "../side" }\n'
        ),
        "crates/duroxide/src/main.rs": main,
        "crates/side/Cargo.toml": package("side"),
        "crates/side/src/lib.rs": 'pub const NAME: &str = "with side";\n',
    }
    write(root, files)
    place.path = root / repo
    assert place.run(place.build().binary).strip() == "member [tokio_unstable] [] with side"
    assert find_subject(ProfileRequest(repo=str(root / repo), bin="duroxide")).checkout.version == "0.2.7"  # type: ignore[union-attr]


def test_vendored_packages_are_used_without_a_network(place: Place) -> None:
    files = {
        ".gitignore": "/vendor\nCargo.lock\n",
        ".cargo/config.toml": (
            '[source.crates-io]\nreplace-with = "here"\n[source.here]\ndirectory = "vendor"\n[net]\noffline = true\n'
        ),
        "Cargo.toml": MANIFEST + '[dependencies]\nvendored = "1"\n',
        "src/main.rs": 'fn main() { println!("{}", vendored::NAME); }\n',
        "vendor/vendored/Cargo.toml": package("vendored"),
        "vendor/vendored/.cargo-checksum.json": '{"files": {}}',
        "vendor/vendored/src/lib.rs": "pub mod target;\npub use target::NAME;\n",
        "vendor/vendored/src/target/mod.rs": 'pub const NAME: &str = "from vendor";\n',
    }
    write(place.path, files)
    assert place.run(place.build().binary).strip() == "from vendor"
    shutil.rmtree(place.path / "vendor")
    with pytest.raises(DuronbError, match="takes packages from 'vendor', which the snapshot does not contain"):
        place.build()


def test_a_dependency_outside_the_checkout_is_named(place: Place) -> None:
    write(place.path, {"Cargo.toml": MANIFEST + '[dependencies]\nside = { path = "../side" }\n'})
    write(place.path.parent, {"side/Cargo.toml": package("side"), "side/src/lib.rs": ""})
    with pytest.raises(DuronbError, match="The dependency 'side' has a path outside the checkout"):
        place.build()


def test_a_member_that_its_workspace_does_not_list_is_explained(place: Place) -> None:
    write(place.path.parent, {"Cargo.toml": '[workspace]\nmembers = []\n[workspace.package]\nversion = "0.2.7"\n'})
    write(place.path, {"Cargo.toml": MANIFEST.replace('version = "0.1.99"', "version.workspace = true")})
    with pytest.raises(DuronbError, match="belongs to a workspace above it"):
        place.build()


def installed_toolchains() -> str:
    """Return the list of rustup's toolchains; empty without rustup."""
    if shutil.which("rustup") is None:
        return ""
    return subprocess.run(["rustup", "toolchain", "list"], capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize("configuration", [BUILD_TARGET, f"[build]\nrustflags = {CFG}\n"], ids=["target", "flags"])
def test_each_side_of_an_ab_runs_its_own_code(
    engine: EngineName, make_checkout: Callable[..., Path], configuration: str
) -> None:
    path = make_checkout()
    main = path / "sqlite-stress" / "src" / "main.rs"
    text = main.read_text(encoding="utf-8")
    (path / ".cargo").mkdir()
    (path / ".cargo" / "config.toml").write_text(configuration, encoding="utf-8")
    for marker in ("older", "one", "two"):
        print_marker = f'println!("marker {marker} {{}}", cfg!(tokio_unstable));\n'
        main.write_text(text.replace("fn main() {", "fn main() {\n    " + print_marker, 1), encoding="utf-8")
        git(path, "add", ".")
        git(path, "commit", "-qm", marker)
        git(path, "tag", marker)
    duronb.profile(1, "older", repo=path, ref="older", engine=engine)

    duronb.ab("one", "two", repo=path, blocks=1, seconds=1, engine=engine)

    runs = {run.label: run for run in duronb.runs(store=path / "profiling" / "results")}
    expected = "true" if "rustflags" in configuration else "false"
    assert {label: run.log.decode().splitlines()[0] for label, run in runs.items()} == {
        marker: f"marker {marker} {expected}" for marker in ("older", "one", "two")
    }
    assert len({run.environment.binary_sha256 for run in runs.values()} - {None}) == 3
    assert all(run.environment.build_id for run in runs.values())
