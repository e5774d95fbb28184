from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from duronb.subject.checkout import open_checkout
from duronb.subject.commit_files import filter_notices
from tests.subject.conftest import write

BIG = b"a large file\n" * 100
POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{hashlib.sha256(BIG).hexdigest()}\nsize {len(BIG)}\n"


def with_lfs(checkout: Path, git_in: Callable[..., str], attributes: str = "*.bin filter=lfs -text\n") -> Path:
    """Commit a pointer, and put the file into the working tree, as git LFS does."""
    write(checkout, ".gitattributes", attributes)
    big = write(checkout, "data/big.bin", POINTER)
    git_in("add", "--all")
    git_in("commit", "--quiet", "--message", "large")
    big.write_bytes(BIG)
    os.utime(big, (1, 1))
    return big


def test_a_file_of_git_lfs_is_unchanged_if_its_hash_is_that_of_the_pointer(
    checkout: Path, git_in: Callable[..., str]
) -> None:
    big = with_lfs(checkout, git_in)
    assert not open_checkout(checkout).facts.dirty
    big.write_bytes(BIG[:-1] + b"!")
    assert open_checkout(checkout).facts.dirty


def test_a_commits_files_of_git_lfs_are_those_that_were_fetched(checkout: Path, git_in: Callable[..., str]) -> None:
    with_lfs(checkout, git_in)
    at = open_checkout(checkout, "HEAD")
    assert "1 file of this commit, of which the pointers are used" in " ".join(filter_notices(at.entries))
    sha = hashlib.sha256(BIG).hexdigest()
    kept = write(checkout, f".git/lfs/objects/{sha[:2]}/{sha[2:4]}/{sha}", BIG)
    at = open_checkout(checkout, "HEAD")
    assert filter_notices(at.entries) == []
    assert at.facts.source_hash == open_checkout(checkout).facts.source_hash
    kept.write_bytes(BIG[:-1] + b"!")
    assert {entry.name: entry.read() for entry in open_checkout(checkout, "HEAD").entries}[
        "data/big.bin"
    ] == POINTER.encode()


def test_another_filter_is_named(checkout: Path, git_in: Callable[..., str]) -> None:
    with_lfs(checkout, git_in, "*.bin filter=git-crypt\n")
    assert "('git-crypt')" in " ".join(filter_notices(open_checkout(checkout, "HEAD").entries))


def test_ends_of_lines_are_converted_as_the_checkout_states(checkout: Path, git_in: Callable[..., str]) -> None:
    git_in("config", "core.autocrlf", "true")
    lib = checkout / "src" / "lib.rs"
    lib.write_bytes(lib.read_bytes().replace(b"\n", b"\r\n"))
    assert not open_checkout(checkout).facts.dirty
    git_in("config", "core.autocrlf", "false")
    assert open_checkout(checkout).facts.dirty
