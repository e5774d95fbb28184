"""Archives that mean harm write nothing outside of their directory, on every Python."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.errors import RequestError
from duronb.subject.snapshot import Entry, source_of
from duronb.subject.unpack import unpack


def file(name: str, content: bytes = b"x", mode: int = 0o644) -> tuple[tarfile.TarInfo, bytes]:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = len(content), mode, 1_700_000_000
    return member, content


def special(name: str, kind: bytes, target: str = "") -> tuple[tarfile.TarInfo, bytes]:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member, b""


def link(name: str, target: str) -> tuple[tarfile.TarInfo, bytes]:
    return special(name, tarfile.SYMTYPE, target)


def archive(*members: tuple[tarfile.TarInfo, bytes]) -> io.BytesIO:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT, errors="surrogateescape") as tar:
        for member, content in members:
            tar.addfile(member, io.BytesIO(content))
    stream.seek(0)
    return stream


def around(directory: Path) -> set[str]:
    """Names of everything in a directory but what is in ``tree``."""
    return {str(path.relative_to(directory)) for path in directory.rglob("*") if directory / "tree" not in path.parents}


def test_files_modes_times_and_links_are_those_of_the_archive(tmp_path: Path) -> None:
    unpack(
        archive(
            link("src/alias", "../lib/a.rs"),
            file("lib/a.rs", b"fn a() {}"),
            file("run.sh", b"#", 0o4755),
            link("gone", "no"),
        ),
        tmp_path / "tree",
    )
    tree = tmp_path / "tree"
    assert (tree / "src/alias").read_bytes() == b"fn a() {}"
    assert str((tree / "src/alias").readlink()) == "../lib/a.rs"
    assert (tree / "lib/a.rs").stat().st_mode & 0o7777 == 0o644
    assert (tree / "run.sh").stat().st_mode & 0o7777 == 0o755
    assert (tree / "run.sh").stat().st_mtime == 1_700_000_000
    assert (tree / "gone").is_symlink()


@pytest.mark.parametrize(
    "members",
    [
        pytest.param([file("../outside")], id="parent"),
        pytest.param([file("a/../../outside")], id="parent further in"),
        pytest.param([file("{tmp}/outside")], id="absolute"),
        pytest.param([link("../outside", "tree")], id="link in the parent"),
        pytest.param([link("a", "..")], id="link to the parent"),
        pytest.param([link("a", "{tmp}")], id="absolute link"),
        pytest.param([link("a", "."), link("b", "a/..")], id="link whose way is a link"),
        pytest.param([link("b", "a/.."), link("a", ".")], id="link whose way becomes a link"),
        pytest.param([link("a", ".."), file("a/outside")], id="file through a link"),
        pytest.param([link("a", ".."), link("a/outside", "tree")], id="link through a link"),
        pytest.param([link("d", "."), link("d/a", ".."), link("a/outside", "tree")], id="link through two links"),
        pytest.param([special("a", tarfile.LNKTYPE, "{tmp}/secret")], id="hard link"),
        pytest.param([file("b"), special("a", tarfile.LNKTYPE, "b")], id="hard link inside"),
        pytest.param([special("a", tarfile.FIFOTYPE)], id="pipe"),
        pytest.param([special("a", tarfile.CHRTYPE)], id="device"),
        pytest.param([special("a", tarfile.DIRTYPE)], id="directory"),
    ],
)
def test_members_that_lead_outside_or_are_not_files_are_refused(
    members: list[tuple[tarfile.TarInfo, bytes]], tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("secret")
    named = []
    for member, content in members:
        member.name = member.name.replace("{tmp}", str(tmp_path))
        member.linkname = member.linkname.replace("{tmp}", str(tmp_path))
        named.append((member, content))
    with pytest.raises((RequestError, FileExistsError)):
        unpack(archive(*named), tmp_path / "tree")
    assert around(tmp_path) == {"secret", "tree"}
    assert (tmp_path / "secret").stat().st_nlink == 1


def test_a_link_is_never_written_through(tmp_path: Path) -> None:
    """A file of the same name as a link before it does not land where the link leads."""
    with pytest.raises(FileExistsError):
        unpack(archive(file("victim", b"old"), link("a", "victim"), file("a", b"new")), tmp_path / "tree")
    assert (tmp_path / "tree/victim").read_bytes() == b"old"


def test_an_existing_directory_is_not_written_to(tmp_path: Path) -> None:
    with pytest.raises(FileExistsError):
        unpack(archive(file("a")), tmp_path)
    assert around(tmp_path) == set()


PARTS = st.sampled_from(["a", "b", "c", "..", ".", "é", "\udcff", "a b"])
NAMES = st.lists(PARTS, min_size=1, max_size=3).map("/".join)
MEMBERS = st.one_of(
    NAMES.map(file), st.tuples(NAMES, st.one_of(NAMES, NAMES.map("/".__add__))).map(lambda both: link(*both))
)


@given(st.lists(MEMBERS, max_size=6))
def test_no_archive_writes_or_leads_outside(
    tmp_path_factory: pytest.TempPathFactory, members: list[tuple[tarfile.TarInfo, bytes]]
) -> None:
    directory = tmp_path_factory.mktemp("any")
    tree = directory / "tree"
    try:
        unpack(archive(*members), tree)
    except (RequestError, OSError):
        done = False
    else:
        done = True
    assert around(directory) <= {"tree"}
    if done:
        root = os.path.realpath(tree)
        assert all(os.path.realpath(path).startswith(root) for path in tree.rglob("*"))


@given(
    st.dictionaries(st.from_regex(r"[a-c]{1,2}(/[d-f]{1,2}){0,2}", fullmatch=True), st.binary(max_size=20), max_size=6)
)
def test_a_snapshot_is_unpacked_as_it_was(tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]) -> None:
    files = {
        name: content for name, content in files.items() if not any(other.startswith(name + "/") for other in files)
    }
    stream = io.BytesIO()
    source_of([Entry(name, "file", content, 1.5e9) for name, content in files.items()]).write_tar(stream)
    stream.seek(0)
    tree = tmp_path_factory.mktemp("any") / "tree"
    unpack(stream, tree)
    assert {path.relative_to(tree).as_posix(): path.read_bytes() for path in tree.rglob("*") if path.is_file()} == files
