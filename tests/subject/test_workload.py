from __future__ import annotations

import re
import tomllib

import pytest

from duronb.errors import RequestError
from duronb.subject.workload import ALL_STAGES, checkout_crate, release_crate


@pytest.mark.parametrize(
    ("version", "features"),
    [
        ("0.1.1", ["provider-test"]),
        ("0.1.27", ["provider-test"]),
        ("0.1.28", ["provider-test", "sqlite"]),
        ("0.1.32", ["provider-test", "sqlite"]),
        ("1.0.0-rc.1", ["provider-test", "sqlite"]),
    ],
)
def test_a_release_is_named_exactly_with_the_features_that_it_has(version: str, features: list[str]) -> None:
    manifest = tomllib.loads(release_crate(version)["Cargo.toml"].decode())
    assert manifest["dependencies"]["duroxide"] == {"version": f"={version}", "features": features}
    assert manifest["package"]["description"] == f"duroxide {version}"
    assert manifest["workspace"] == {}


def test_a_checkout_is_reached_from_within_it() -> None:
    crate = checkout_crate("0.1.26", frozenset({"default", "sqlite", "provider-test"}))
    manifest = tomllib.loads(crate[".duronb-workload/Cargo.toml"].decode())
    assert manifest["dependencies"]["duroxide"] == {"path": "..", "features": ["provider-test", "sqlite"]}
    assert b"fn main" in crate[".duronb-workload/src/main.rs"]


def test_a_checkouts_hostile_version_stays_a_string() -> None:
    version = '1"\n[dependencies]\nevil = "1\x7f'
    crate = checkout_crate(version, frozenset({"provider-test"}))
    manifest = tomllib.loads(crate[".duronb-workload/Cargo.toml"].decode())
    assert manifest["package"]["description"] == f"duroxide {version}"
    assert "evil" not in manifest["dependencies"]


def test_a_checkout_before_the_stress_test_is_refused() -> None:
    with pytest.raises(RequestError, match="provider-test"):
        checkout_crate("0.0.9", frozenset({"default"}))


def test_every_source_of_the_crate_is_sent() -> None:
    crate = release_crate("0.1.32")

    def modules(file: str) -> set[str]:
        """Return a file and the files of the modules that it declares, theirs too."""
        names = re.findall(r"^(?:pub )?mod (\w+);", crate[file].decode(), re.MULTILINE)
        folder = "src/" if file == "src/main.rs" else f"{file.removesuffix('.rs')}/"
        return {file}.union(*(modules(f"{folder}{name}.rs") for name in names))

    assert modules("src/main.rs") | {"Cargo.toml"} == set(crate)
    assert "src/sampler/interrupt.rs" in crate


def test_the_crate_runs_the_stages_that_the_package_names() -> None:
    source = release_crate("0.1.32")["src/arguments.rs"].decode()
    (stages,) = re.findall(r'"(memory:1/1,[^"]+)"', source.partition("#[cfg(test)]")[0])
    assert tuple(stages.split(",")) == ALL_STAGES
