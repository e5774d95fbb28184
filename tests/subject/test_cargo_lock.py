from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from duronb.subject.cargo_lock import dependencies_hash, follows, lock_hash, locked_packages, requiring

WORKSPACE = '[[package]]\nname = "duronb-workload"\nversion = "0.0.0"\n'


def lock(*packages: tuple[str, str], subject: str = "0.1.1") -> bytes:
    everything = [*packages, ("duroxide", subject)]
    return (
        WORKSPACE
        + "".join(
            f'[[package]]\nname = "{name}"\nversion = "{version}"\nsource = "registry"\n'
            for name, version in everything
        )
    ).encode()


def test_the_subject_and_its_workspace_are_no_difference() -> None:
    before, after = lock(("a", "1.0.0")), lock(("a", "1.0.0"), subject="0.1.2")
    assert locked_packages(before) == {"a": ("1.0.0",)}
    assert follows(after, before)
    assert dependencies_hash(before) == dependencies_hash(after)
    assert lock_hash(before) != lock_hash(after)


def test_a_lock_follows_a_seed_that_has_all_its_versions_and_more() -> None:
    seed = lock(("a", "1.0.0"), ("a", "2.0.0"), ("b", "1.0.0"))
    assert follows(lock(("a", "2.0.0"), subject="0.1.2"), seed)
    assert not follows(lock(("a", "2.0.1")), seed)
    assert not follows(lock(("new", "1.0.0")), seed)


def test_an_invalid_lock_file_follows_only_itself() -> None:
    assert follows(b"\xff", b"\xff")
    assert not follows(b"\xff", lock())
    assert not follows(lock(), b"package = 3")
    assert dependencies_hash(b"[[package]]\nsource = 1") is None


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_are_accepted(text: bytes) -> None:
    assert locked_packages(text) is None or isinstance(locked_packages(text), dict)
    assert follows(text, text)
    assert requiring(text, "a") == frozenset()
