from __future__ import annotations

import io
import os
import tarfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from duronb.subject.snapshot import Entry, content_hash, source_of, working_tree
from tests.subject.conftest import run_git, write


def names(root: Path) -> set[str]:
    return {entry.name for entry in working_tree(root)}


def tar_of(entries: list[Entry]) -> dict[str, tarfile.TarInfo]:
    stream = io.BytesIO()
    source_of(entries).write_tar(stream)
    stream.seek(0)
    with tarfile.open(fileobj=stream, errors="surrogateescape") as tar:
        return {member.name: member for member in tar}


def test_tracked_and_new_files_are_taken_ignored_ones_are_not(checkout: Path) -> None:
    write(checkout, "src/new.rs")
    write(checkout, "secret.txt")
    write(checkout, "profiling/results/docker_x/run.json")
    write(checkout, "profiling/README.md")
    write(checkout, ".duronb-workload/Cargo.toml")
    found = names(checkout)
    assert {"src/lib.rs", "src/new.rs", "profiling/README.md", ".gitignore"} <= found
    assert not {
        name for name in found if name.startswith(("target", "secret", "profiling/results", ".duronb", ".git/"))
    }


def test_an_ignored_lock_file_is_taken_all_the_same(checkout: Path) -> None:
    write(checkout, "Cargo.lock", "version = 4\n")
    assert "Cargo.lock" in names(checkout)


def test_a_tracked_file_that_was_deleted_is_left_out(checkout: Path) -> None:
    (checkout / "src/lib.rs").unlink()
    assert "src/lib.rs" not in names(checkout)


def test_without_git_everything_but_target_is_taken(plain: Path) -> None:
    found = names(plain)
    assert {"Cargo.toml", "src/lib.rs"} <= found
    assert not {name for name in found if name.startswith("target")}


def test_links_that_lead_outside_are_left_out_and_nothing_behind_them_is_read(
    checkout: Path, git_in: Callable[..., str], tmp_path: Path
) -> None:
    write(tmp_path, "outside/secret.rs", "secret")
    (checkout / "inside").symlink_to("src/lib.rs")
    (checkout / "src/up").symlink_to("../Cargo.toml")
    (checkout / "absolute").symlink_to(tmp_path / "outside/secret.rs")
    (checkout / "climbs").symlink_to("../outside/secret.rs")
    (checkout / "detour").symlink_to("src/../../outside")
    git_in("add", "--all")
    found = {entry.name: entry.kind for entry in working_tree(checkout)}
    assert found["inside"] == found["src/up"] == "link"
    assert not found.keys() & {"absolute", "climbs", "detour"}
    assert tar_of(working_tree(checkout))["inside"].linkname == "src/lib.rs"
    # A tracked directory that has become a link to elsewhere.
    write(checkout, "module/secret.rs", "mine")
    git_in("add", "--all")
    (checkout / "module/secret.rs").unlink()
    (checkout / "module").rmdir()
    (checkout / "module").symlink_to(tmp_path / "outside")
    assert not {entry.name for entry in working_tree(checkout)} & {"module", "module/secret.rs"}


def test_links_in_a_plain_directory_are_not_followed(plain: Path, tmp_path: Path) -> None:
    write(tmp_path, "outside/secret.rs", "secret")
    (plain / "elsewhere").symlink_to(tmp_path / "outside")
    (plain / "loop").symlink_to(".")
    assert "loop" in names(plain)
    assert not {name for name in names(plain) if name.startswith("elsewhere") or "/loop" in name}


def test_submodules_and_pipes_are_left_out(checkout: Path, git_in: Callable[..., str]) -> None:
    other = checkout / "vendored"
    write(other, "x.rs")
    run_git(other, "init", "--quiet")
    run_git(other, "add", "--all")
    run_git(other, "commit", "--quiet", "--message", "x")
    git_in("-c", "advice.addEmbeddedRepo=false", "add", "vendored")
    os.mkfifo(checkout / "pipe")
    assert not {name for name in names(checkout) if name.startswith(("vendored", "pipe"))}


def test_hostile_names_are_preserved_in_a_tar(checkout: Path) -> None:
    hostile = ["-rf", "a b", "new\nline", "quote'\"", "*", "naïve", os.fsdecode(b"\xff\xfe")]
    for name in hostile:
        write(checkout, f"odd/{name}", "x")
    assert {f"odd/{name}" for name in hostile} <= set(tar_of(working_tree(checkout)))


def test_the_executable_bit_is_kept_and_counts(checkout: Path) -> None:
    before = content_hash(working_tree(checkout))
    (checkout / "src/lib.rs").chmod(0o755)
    entries = working_tree(checkout)
    assert content_hash(entries) != before
    assert tar_of(entries)["src/lib.rs"].mode == 0o755
    assert tar_of(entries)["Cargo.toml"].mode == 0o644


def test_added_files_replace_those_of_their_name_and_change_the_hash(checkout: Path) -> None:
    entries = working_tree(checkout)
    plain = source_of(entries)
    added = source_of(entries, {"src/lib.rs": b"ours"})
    assert added.source_hash != plain.source_hash == content_hash(entries)


def test_the_sent_bytes_are_the_hashed_bytes(checkout: Path) -> None:
    source = source_of(working_tree(checkout))
    write(checkout, "src/lib.rs", "changed meanwhile")
    stream = io.BytesIO()
    source.write_tar(stream)
    assert b"changed meanwhile" not in stream.getvalue()


contents = st.lists(st.tuples(st.text(min_size=1, max_size=4), st.binary(max_size=6)), unique_by=lambda pair: pair[0])


@given(contents, contents)
def test_hashes_are_equal_only_for_equal_files(one: list[tuple[str, bytes]], two: list[tuple[str, bytes]]) -> None:
    first, second = ([Entry(name, "file", content) for name, content in files] for files in (one, two))
    assert (content_hash(first) == content_hash(second)) == (dict(one) == dict(two))
    assert content_hash(first) == content_hash(first[::-1])


def test_what_cargo_reads_belongs_to_a_snapshot_even_if_git_ignores_it(make_checkout: Callable[..., Path]) -> None:
    checkout = make_checkout()
    (checkout / ".gitignore").write_text("target/\nCargo.lock\n/.cargo\n/vendor\n/rust-toolchain.toml\n/notes\n")
    configuration = '[source.crates-io]\nreplace-with = "here"\n[source.here]\ndirectory = "vendor"\n'
    outside = '[source.a]\ndirectory = "../outside"\n[source.b]\ndirectory = "/etc"\n[source.c]\ndirectory = "."\n'
    files = {
        ".cargo/config.toml": configuration + outside,
        "rust-toolchain.toml": "",
        "vendor/tiny/target/lib.rs": "",
        "vendor/tiny/src/lib.rs": "",
        "notes/a": "",
    }
    for name, text in files.items():
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout / name).write_text(text, encoding="utf-8")
    names = {entry.name for entry in working_tree(checkout)}
    assert names & files.keys() == files.keys() - {"notes/a"}
    assert not [name for name in names if "outside" in name or name.startswith(("/", "etc"))]
