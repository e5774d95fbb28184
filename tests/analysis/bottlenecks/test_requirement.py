"""Advice that knows the versions that the run was built with."""

from __future__ import annotations

import pytest

from duronb.analysis.bottlenecks.bucket import Fix
from duronb.analysis.bottlenecks.catalogue import bundled_catalogue
from duronb.analysis.bottlenecks.requirement import fixes_for
from tests import ROOT

RELEASES = ROOT / "notebooks" / "data" / "releases"
FIX = Fix("Do it.", needs=("sqlx", "0.8.4"), together="libsqlite3-sys")


def package(name: str, version: str, *dependencies: str) -> str:
    listed = ", ".join(f'"{each}"' for each in dependencies)
    return f'[[package]]\nname = "{name}"\nversion = "{version}"\nsource = "registry+x"\ndependencies = [{listed}]\n'


@pytest.mark.parametrize(
    ("packages", "said"),
    [
        (
            [package("duroxide", "0.1.26", "libsqlite3-sys", "sqlx"), package("libsqlite3-sys", "0.28.0"),
             package("sqlx", "0.8.0"), package("sqlx-sqlite", "0.8.0", "libsqlite3-sys")],
            "Do it. This run has sqlx 0.8.0, held by libsqlite3-sys 0.28.0: raise both.",
        ),
        (
            [package("libsqlite3-sys", "0.28.0"), package("sqlx", "0.8.0"),
             package("sqlx-sqlite", "0.8.0", "libsqlite3-sys")],
            "Do it. This run has sqlx 0.8.0, with libsqlite3-sys 0.28.0: raise both.",
        ),
        ([package("sqlx", "0.8.3")], "Do it. This run has sqlx 0.8.3: raise it."),
        ([package("sqlx", "0.8.10")], "Do it. This run has sqlx 0.8.10, which is new enough."),
        ([package("tokio", "1.0.0")], "Do it."),
        (["not toml ["], "Do it."),
        ([], "Do it."),
    ],
)  # fmt: skip
def test_the_advice_says_which_version_the_run_has(packages: list[str], said: str) -> None:
    (fix,) = fixes_for([FIX], "".join(packages).encode())
    assert fix.advice == said


@pytest.mark.parametrize(
    ("release", "said"),
    [
        ("0.1.1", "This run has sqlx 0.8.0, held by libsqlite3-sys 0.28.0: raise both."),
        ("0.1.32", "This run has sqlx 0.8.6, which is new enough."),
    ],
)
def test_recorded_releases_are_told_what_they_were_built_with(release: str, said: str) -> None:
    lock = next(RELEASES.glob(f"native_{release}_*/Cargo.lock")).read_bytes()
    bucket = next(each for each in bundled_catalogue().buckets if each.id == "lock")
    assert fixes_for(bucket.fixes, lock)[0].advice.endswith(said)
