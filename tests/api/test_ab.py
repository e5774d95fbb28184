"""A/B from two words to the runs that are compared."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from duronb.api.interleaved import (
    ab,
    ab_requests,
    compare_series,
    extend_series,
    record_series,
)
from duronb.capture.ab.series import stored_series
from duronb.errors import DuronbError, RequestError
from duronb.events import Event
from duronb.store import Store
from tests.capture.pretended import PretendedEngine

OPTIONS: dict[str, Any] = {"seconds": 2, "stages": ("file:2/2",)}


def test_two_releases_are_recorded_under_their_names_and_found_again(engine: PretendedEngine, store: Store) -> None:
    series = record_series(store, ab_requests("0.1.1", "0.1.2", **OPTIONS), 2)

    before, after = stored_series(store, "last").pairs
    assert [run.label for run in (*before, *after)] == ["0.1.1", "0.1.1", "0.1.2", "0.1.2"]
    assert stored_series(store, "last").id == series.id
    assert [run.id for run in series.pairs[0]] == [run.id for run in before]
    whole = extend_series(store, "last", 1)
    assert len(whole.runs) == 6 + 4
    assert [len(side) for side in stored_series(store, series.id).pairs] == [3, 3]


def test_the_working_tree_against_head_and_a_tree_that_changed_since(
    engine: PretendedEngine, store: Store, make_checkout: Callable[..., Path]
) -> None:
    checkout = make_checkout()
    source = checkout / "sqlite-stress" / "src" / "behaviour.rs"
    source.write_text('pub const BEHAVIOUR: &str = "dirty";\n')

    series = record_series(store, ab_requests("HEAD", ".", repo=checkout, seconds=2), 1)

    before, after = (series.side(name)[0] for name in ("before", "after"))
    assert (before.label, after.label) == ("ab-before", "ab-after")
    assert (before.subject.dirty, after.subject.dirty) == (False, True)
    assert before.subject.workload == after.subject.workload == "sqlite-stress"
    source.write_text('pub const BEHAVIOUR: &str = "dirtier";\n')
    with pytest.raises(RequestError, match=r"working tree of .* has changed since"):
        extend_series(store, series.id, 1)
    source.write_text('pub const BEHAVIOUR: &str = "dirty";\n')
    assert len(extend_series(store, series.id, 1).pairs[0]) == 2


def test_a_branch_that_moved_on_does_not_change_a_series(
    engine: PretendedEngine, store: Store, make_checkout: Callable[..., Path]
) -> None:
    from tests.conftest import git

    checkout = make_checkout()
    git(checkout, "tag", "old")
    (checkout / "new.rs").write_text("")
    git(checkout, "add", ".")
    git(checkout, "commit", "-qm", "New")
    series = record_series(store, ab_requests("old", "main", repo=checkout, seconds=2), 1)
    (checkout / "newer.rs").write_text("")
    git(checkout, "add", ".")
    git(checkout, "commit", "-qm", "Newer")

    whole = extend_series(store, series.id, 1)

    assert len({run.subject.source_hash for run in whole.side("after")}) == 1
    assert {run.request.ref for run in whole.side("after")} == {"main"}


def test_two_option_sets_of_one_subject(engine: PretendedEngine, store: Store) -> None:
    before, after = ab_requests(
        "0.1.1", "0.1.1", before_options="--args '--delay 1'", after_options={"args": ("--delay", "2")}, **OPTIONS
    )
    assert (before.args, after.args) == (("--delay", "1"), ("--delay", "2"))
    assert (before.label, after.label) == ("ab-before", "ab-after")
    series = record_series(store, (before, after), 1)
    assert {run.request.args for run in series.side("after")} == {("--delay", "2")}


def test_a_warm_up_precedes_every_run_of_both_sides_and_of_added_blocks(engine: PretendedEngine, store: Store) -> None:
    events: list[Event] = []
    ab("0.1.1", "0.1.2", blocks=1, warmup_seconds=3, store=store.root, on_event=events.append, **OPTIONS)
    (plan,) = [event for event in events if event.kind == "plan"]
    # Two runs of each side: 2 s and a warm-up of 3 s, 2.5 s around each of them, and 1.5 s between runs.
    assert plan.expected_seconds == pytest.approx(2 * 2 * (2 + 3 + 2 * 2.5 + 1.5))
    ab(more=1, store=store.root)
    stored = store.runs()
    assert [run.request.warmup_seconds for run in stored] == [3] * 8
    assert len(engine.recorded) == 16


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ("--nope", "unrecognized arguments: --nope"),
        ("--args", "expected one argument"),
        ("--ref main", "--ref cannot be"),
        ("'", "quote"),
    ],
)
def test_invalid_options_of_a_side_are_refused(options: str, says: str) -> None:
    with pytest.raises(RequestError, match=says):
        ab_requests("0.1.1", "0.1.2", after_options=options, **OPTIONS)


def test_sides_with_two_stress_tests_are_refused(
    engine: PretendedEngine, store: Store, make_checkout: Callable[..., Path]
) -> None:
    new, old = make_checkout("new"), make_checkout("old")
    manifest = old / "sqlite-stress" / "Cargo.toml"
    manifest.write_text(manifest.read_text().replace("sqlite-stress", "parallel_orchestrations"))
    with pytest.raises(RequestError, match="sqlite-stress and parallel_orchestrations"):
        record_series(store, ab_requests(str(new), str(old), seconds=2), 1)


def test_an_interrupt_before_a_block_was_complete_says_how_to_go_on(engine: PretendedEngine, store: Store) -> None:
    engine.behaviours = ["well", "well", "well", "interrupt"]
    series = record_series(store, ab_requests("0.1.1", "0.1.2", **OPTIONS), 2)
    with pytest.raises(DuronbError, match=f"ab --more 5 {series.id}"):
        compare_series(store, series)


def test_one_side_or_sides_and_more_are_refused(store: Store) -> None:
    with pytest.raises(RequestError, match="two sides"):
        ab("0.1.1", store=store.root)
    with pytest.raises(RequestError, match=r"Drop the argument .after."):
        ab("0.1.1", "0.1.2", more=1, store=store.root)
    with pytest.raises(RequestError, match="two labels"):
        ab("0.1.1", "0.1.2", labels=("one",), store=store.root)
