from __future__ import annotations

from pathlib import Path

import pytest

from duronb.errors import RequestError
from duronb.subject.checkout import open_checkout
from duronb.subject.targets import Target, bins, examples, find_target
from tests.subject.conftest import write


def test_declared_and_discovered_binaries_of_every_member_are_found(plain: Path) -> None:
    write(plain, "src/main.rs")
    write(plain, "tools/report/Cargo.toml", '[package]\nname = "report"\n')
    write(plain, "tools/report/src/main.rs")
    write(plain, "tools/report/src/bin/deep/main.rs")
    write(plain, "tools/left-out/Cargo.toml", '[package]\nname = "left-out"\n')
    write(plain, "tools/left-out/src/main.rs")
    write(plain, "no-member/Cargo.toml", '[package]\nname = "no-member"\n')
    write(plain, "no-member/src/main.rs")
    assert {(target.name, target.package) for target in bins(open_checkout(plain))} == {
        ("duroxide", "duroxide"),
        ("sqlite-stress", "duroxide-sqlite-stress"),
        ("large-payload-stress", "duroxide-sqlite-stress"),
        ("report", "report"),
        ("deep", "report"),
    }


def test_discovery_can_be_switched_off(plain: Path) -> None:
    manifest = plain / "sqlite-stress/Cargo.toml"
    manifest.write_text(
        manifest.read_text(encoding="utf-8").replace("[package]", "[package]\nautobins = false"), encoding="utf-8"
    )
    assert [target.name for target in bins(open_checkout(plain))] == ["sqlite-stress"]


def test_examples_are_files_and_directories(plain: Path) -> None:
    write(plain, "examples/README.md")
    assert [target.name for target in examples(open_checkout(plain))] == ["hello_world", "large"]


def test_a_declared_example_has_its_required_features(plain: Path) -> None:
    with (plain / "Cargo.toml").open("a", encoding="utf-8") as manifest:
        manifest.write('\n[[example]]\nname = "hello_world"\nrequired-features = ["sqlite"]\n')
    assert find_target(open_checkout(plain), "example", "hello_world") == Target(
        "hello_world", "duroxide", "example", ("sqlite",)
    )


def test_an_unknown_name_is_refused_with_close_ones_and_what_there_is(plain: Path) -> None:
    with pytest.raises(RequestError) as caught:
        find_target(open_checkout(plain), "bin", "sqlite-stres")
    assert "Did you mean sqlite-stress" in str(caught.value)
    assert "large-payload-stress" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_checkout_without_examples_is_reported(plain: Path) -> None:
    for file in ("hello_world.rs", "large/main.rs"):
        (plain / "examples" / file).unlink()
    with pytest.raises(RequestError, match="has no examples"):
        find_target(open_checkout(plain), "example", "x")


@pytest.mark.parametrize("workspace", ["workspace = 3", "workspace.members = 3", 'workspace.members = [3, "../.."]'])
def test_an_invalid_workspace_is_ignored(plain: Path, workspace: str) -> None:
    write(plain, "Cargo.toml", f'{workspace}\n[package]\nname = "duroxide"\n')
    assert bins(open_checkout(plain)) == []
