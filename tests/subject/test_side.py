"""What the two sides of an A/B may name, and which requests that makes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.errors import RequestError
from duronb.request import validate_label
from duronb.subject.side import LABELS, Side, parse_side, side_labels, side_requests
from duronb.subject.workload import ALL_STAGES
from tests.conftest import git


def named(side: Side) -> tuple[str | None, ...]:
    return side.kind, side.release, side.repo, side.ref


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory without a checkout."""
    path = tmp_path / "elsewhere"
    path.mkdir()
    monkeypatch.chdir(path)
    return path


def test_versions_and_latest_are_releases(elsewhere: Path) -> None:
    assert named(parse_side("0.1.30")) == ("release", "0.1.30", None, None)
    assert named(parse_side("latest")) == ("release", "latest", None, None)


def test_a_tag_named_like_a_release_needs_the_prefix(checkout: Path) -> None:
    git(checkout, "tag", "0.1.30")
    git(checkout, "tag", "v0.1.30")
    assert parse_side("0.1.30", checkout).kind == "release"
    assert named(parse_side("ref:0.1.30", checkout)) == ("ref", None, str(checkout), "0.1.30")
    assert parse_side("v0.1.30", checkout).kind == "ref"
    assert parse_side("release:0.1.30", checkout).kind == "release"


def test_the_tree_and_refs_belong_to_the_checkout(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert named(parse_side(".", checkout)) == ("tree", None, str(checkout), None)
    assert named(parse_side("HEAD", checkout)) == ("ref", None, str(checkout), "HEAD")
    monkeypatch.chdir(checkout / "src")
    assert named(parse_side(".")) == ("tree", None, str(checkout), None)
    assert parse_side("main").kind == "ref"


def test_another_checkout_is_a_path_with_or_without_a_ref(checkout: Path, elsewhere: Path) -> None:
    (elsewhere / "a@b").symlink_to(checkout)
    root = str(checkout)
    assert named(parse_side(root)) == ("tree", None, root, None)
    assert named(parse_side(f"{root}@main")) == ("ref", None, root, "main")
    assert named(parse_side("./a@b")) == ("tree", None, root, None)
    assert named(parse_side("a@b@HEAD")) == ("ref", None, root, "HEAD")
    assert named(parse_side("path:a@b")) == ("tree", None, root, None)


def test_a_ref_goes_before_a_path_of_the_same_name(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(checkout)
    (checkout / "main").mkdir()
    assert parse_side("main").kind == "ref"
    assert parse_side("path:main").kind == "tree"
    assert parse_side("./main").kind == "tree"


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("nope", "not a release, a ref of .* or a path"),
        ("ref:nope", "a ref of"),
        ("path:nope", "does not exist"),
        ("/nope", "does not exist"),
        ("release:nope", "not a release"),
        ("", "not a release, ref or checkout"),
        ("--force", "not a release, ref or checkout"),
        ("a\0b", "not a release, ref or checkout"),
        ("ref:--help", "a ref of"),
    ],
)
def test_unknown_names_are_refused(checkout: Path, spec: str, says: str) -> None:
    with pytest.raises(RequestError, match=says) as failure:
        parse_side(spec, checkout)
    assert "\n" not in str(failure.value)


def test_an_unknown_name_without_a_checkout_is_reported(elsewhere: Path, checkout: Path) -> None:
    with pytest.raises(RequestError, match="no Duroxide checkout here"):
        parse_side("main")
    with pytest.raises(RequestError, match="not a Duroxide checkout"):
        parse_side(".")
    with pytest.raises(RequestError, match="not a Duroxide checkout"):
        parse_side(str(elsewhere))
    with pytest.raises(RequestError, match="not a branch, tag or commit"):
        parse_side(f"{checkout}@nope")


def side(**fields: Any) -> Side:
    return Side(**{"spec": "x", "kind": "release"} | fields)


def test_labels_are_the_names_of_the_sides_if_possible() -> None:
    assert side_labels(side(release="0.1.30"), side(kind="ref", ref="feature/a b")) == ("0.1.30", "feature-a-b")
    assert side_labels(side(kind="tree"), side(kind="ref", ref="HEAD")) == LABELS
    assert side_labels(side(release="0.1.30"), side(release="0.1.30")) == LABELS


@given(st.text(min_size=1, max_size=100))
def test_a_label_of_a_ref_is_valid(ref: str) -> None:
    label = side(kind="ref", ref=ref).label
    assert label is None or validate_label(label) == label


def requests(before: Side, after: Side, **options: Any) -> Any:
    return side_requests(before, after, labels=("a", "b"), options={"seconds": 7}, **options)


def test_a_release_against_a_checkout_runs_the_bundled_workload_on_both() -> None:
    release, tree = side(release="0.1.30"), side(kind="tree", repo="/r")
    for before, after in ((release, tree), (tree, release)):
        assert [request.stages for request in requests(before, after)] == [ALL_STAGES, ALL_STAGES]
    same = requests(tree, side(kind="ref", repo="/r", ref="main"))
    assert [request.stages for request in same] == [(), ()]
    assert [(request.repo, request.ref, request.label, request.seconds) for request in same] == [
        ("/r", None, "a", 7),
        ("/r", "main", "b", 7),
    ]


def test_options_of_a_side_go_before_those_of_both() -> None:
    tree = side(kind="tree", repo="/r")
    before, after = requests(tree, tree, before_options={"args": ("x",)}, after_options={"seconds": 9})
    assert (before.args, before.seconds, after.args, after.seconds) == (("x",), 7, (), 9)


@pytest.mark.parametrize("option", ["repo", "ref", "release", "label", "engine", "rebuild", "store"])
def test_an_option_of_both_sides_is_not_an_option_of_one(option: str) -> None:
    with pytest.raises(RequestError, match=f"--{option} cannot"):
        requests(side(release="0.1.30"), side(release="0.1.32"), after_options={option: "x"})
