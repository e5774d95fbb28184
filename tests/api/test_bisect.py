"""The search over a real repository, with an engine that pretends: some commit is 20 % slower than its parent."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from duronb.api.bisection import bisect
from duronb.api.interleaved import ab
from duronb.capture import exclusive
from duronb.capture.ab.series import all_series
from duronb.engine.protocol import Build, BuildPlan
from duronb.errors import BuildError, RequestError, WorkloadError
from duronb.events import Emit
from duronb.request import ProfileRequest
from duronb.sampling.perf import Perf
from duronb.store import Store
from duronb.subject.plan import find_subject
from tests.capture.pretended import PretendedEngine
from tests.conftest import git

pytestmark = pytest.mark.long


COMMITS = 12
MANIFEST_FEATURES = '\n[features]\nprovider-test = ["sqlite"]\nsqlite = []\n'


@pytest.fixture
def checkout(make_checkout: Callable[..., Path]) -> Path:
    """A checkout with commits tagged c0 to c11."""
    path = make_checkout()
    manifest = path / "Cargo.toml"
    manifest.write_text(manifest.read_text() + MANIFEST_FEATURES)
    for number in range(COMMITS):
        (path / "number").write_text(f"{number}\n")
        git(path, "add", ".")
        git(path, "commit", "-q", "-m", f"Commit {number}")
        git(path, "tag", f"c{number}")
    return path


@pytest.fixture
def number_of(checkout: Path) -> dict[str, int]:
    """The number of each commit by the hash of what is built from it."""
    hashes = {}
    for number in range(COMMITS):
        request = ProfileRequest(repo=str(checkout), ref=f"c{number}", stages=("file:2/2",))
        plan = find_subject(request).plan(request, Perf(), str)
        hashes[plan.build.source.source_hash] = number
    return hashes


@pytest.fixture
def slower_from(engine: PretendedEngine, number_of: dict[str, int]) -> Callable[..., None]:
    """Return a function that makes the commits from a number on slower, over noise of 2 %."""
    runs: Counter[str] = Counter()

    def set_rate(step: int, part: float = 0.2, deviation: float = 0.02) -> None:
        def rate(binary: str, _number: int) -> float:
            number = number_of[binary.rsplit("/", 1)[1]]
            runs[binary] += 1
            # The noise of a commit's n-th run is always the same, whatever the order in the blocks.
            noise = random.Random(f"{number} {runs[binary]}").gauss(0, deviation)
            return 500 * (1 - part * (number >= step)) * (1 + noise)

        engine.rate = rate

    return set_rate


@pytest.mark.parametrize("step", [1, 6, 11])
def test_the_first_slower_commit_is_named_with_its_parent_as_evidence(
    checkout: Path, store: Store, slower_from: Callable[..., None], step: int
) -> None:
    slower_from(step)

    found = bisect("c0", "c11", repo=checkout, seconds=2, store=store.root)

    assert found.first_slower is not None
    assert found.first_slower.title == f"Commit {step}"
    assert found.evidence is not None
    assert found.evidence.answer == "slower"
    assert found.evidence.comparison is not None
    parents = {run.subject.git_sha for run in found.evidence.comparison.before}
    assert parents == {git(checkout, "rev-parse", f"c{step - 1}").strip()}
    assert f"Commit {step}." in str(found)
    assert f"Commit {step} against {found.evidence.base.name}: slower: File SQLite 2/2 -" in str(found)
    assert found.to_json()["first_slower"]["ref"] == git(checkout, "rev-parse", f"c{step}").strip()
    assert len(found.measured) <= 8
    assert found.finding.probability >= 0.97
    assert found.loss[1] < 0.2 < found.loss[2]


def test_a_large_step_is_found_under_noise_that_hides_what_is_equivalent(
    checkout: Path, store: Store, slower_from: Callable[..., None]
) -> None:
    slower_from(6, part=0.4, deviation=0.1)
    found = bisect("c0", "c11", repo=checkout, seconds=2, store=store.root)
    assert found.first_slower is not None
    assert found.first_slower.title == "Commit 6"
    assert found.loss[1] < 0.4 < found.loss[2]


def test_a_second_search_records_nothing(
    checkout: Path, store: Store, engine: PretendedEngine, slower_from: Callable[..., None]
) -> None:
    slower_from(4)
    first = bisect("c0", "c11", repo=checkout, seconds=2, store=store.root)
    recorded = len(engine.recorded)
    again = bisect("c0", "c11", repo=checkout, seconds=2, store=store.root)
    assert len(engine.recorded) == recorded
    assert again.first_slower == first.first_slower
    assert all(look.stored for look in again.measured)
    bisect("c0", "c11", repo=checkout, seconds=3, store=store.root)
    assert len(engine.recorded) > recorded


def test_runs_without_the_warm_up_of_a_search_are_not_reused(
    checkout: Path, store: Store, engine: PretendedEngine, slower_from: Callable[..., None]
) -> None:
    slower_from(1)
    bisect("c0", "c1", repo=checkout, seconds=2, store=store.root)
    recorded = len(engine.recorded)
    again = bisect("c0", "c1", repo=checkout, seconds=2, warmup_seconds=1, store=store.root)
    warmed_up = [run for run in store.runs() if run.request.warmup_seconds == 1]
    assert len(engine.recorded) == recorded + 2 * len(warmed_up)
    assert warmed_up
    assert not any(look.stored for look in again.measured)


def test_a_search_that_was_interrupted_goes_on(
    checkout: Path, store: Store, engine: PretendedEngine, slower_from: Callable[..., None]
) -> None:
    slower_from(4)
    engine.behaviours = ["well"] * 20 + ["interrupt"]
    with pytest.raises(KeyboardInterrupt):
        bisect("c0", "c11", repo=checkout, seconds=2, store=store.root)
    kept = len(store.runs())
    assert kept == 21

    found = bisect("c0", "c11", repo=checkout, seconds=2, store=store.root)

    assert found.first_slower is not None
    assert found.first_slower.title == "Commit 4"
    # Every complete block counts, those before the interrupt included, and series are continued.
    series = all_series(store.runs())
    assert found.blocks == sum(len(each.pairs[0]) for each in series)
    assert len(series) == len(found.measured)
    assert found.evidence is not None


def test_where_the_bad_end_is_as_fast_there_is_nothing_to_search(
    checkout: Path, store: Store, slower_from: Callable[..., None], engine: PretendedEngine
) -> None:
    slower_from(100, deviation=0.005)
    found = bisect("c0", "c11", repo=checkout, seconds=2, store=store.root)
    assert found.finding.outcome == "nothing"
    assert found.first_slower is None
    assert "Nothing to bisect" in found.sentence
    assert found.finding.probability >= 0.99
    # Two warm-ups, and as few blocks as equal ends need.
    assert len(engine.recorded) <= 2 + 2 * 16


def test_noise_that_decides_nothing_gets_more_blocks_and_ends_undecided(
    checkout: Path, store: Store, slower_from: Callable[..., None]
) -> None:
    slower_from(100, deviation=0.3)
    found = bisect("c0", "c11", repo=checkout, seconds=2, looks=2, store=store.root)
    assert found.finding.outcome == "undecided"
    assert found.blocks == 2 * 2 * 5
    assert found.first_slower is None
    assert "It is undecided whether" in found.sentence


def test_commits_that_do_not_compile_are_passed_over(
    checkout: Path,
    store: Store,
    engine: PretendedEngine,
    number_of: dict[str, int],
    slower_from: Callable[..., None],
) -> None:
    slower_from(6)
    engine.broken = lambda plan: number_of[plan.source.source_hash] in (4, 5, 7)
    found = bisect("c0", "c11", repo=checkout, seconds=2, store=store.root)
    assert found.finding.outcome == "range"
    assert [found.candidates[number].title for number in range(found.finding.first, found.finding.last + 1)] == [
        "Commit 4",
        "Commit 5",
        "Commit 6",
    ]
    assert found.first_slower is None
    assert "one of 3" in found.sentence
    assert "2 of them could not be built or run" in found.sentence
    assert "does not compile" in str(found)

    engine.broken = lambda plan: number_of[plan.source.source_hash] == 11
    with pytest.raises(BuildError, match="'after'"):
        bisect("c0", "c11", repo=checkout, seconds=1, store=store.root)


def test_a_workload_that_always_fails_is_passed_over_too(
    checkout: Path, store: Store, engine: PretendedEngine, slower_from: Callable[..., None]
) -> None:
    slower_from(100)
    engine.behaviours = ["crash", "crash"]
    with pytest.raises(WorkloadError, match="2 consecutive runs failed"):
        bisect("c0", "c11", repo=checkout, seconds=2, store=store.root)


def test_runs_without_a_rate_do_not_go_on_forever(checkout: Path, store: Store, engine: PretendedEngine) -> None:
    engine.rate = lambda _binary, _number: 0.0
    with pytest.raises(WorkloadError, match="no complete block with a value of window_rate"):
        bisect("c0", "c11", repo=checkout, seconds=2, store=store.root)
    assert len(engine.recorded) == 2 + 3 * 2 * 2


def test_releases_are_searched_by_their_order(
    engine: PretendedEngine, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = ["0.1.1", "0.1.5", "0.1.9", "0.1.20", "0.1.32"]
    answers: Iterator[str | None] = iter([*reversed(published[1:-1]), None])
    monkeypatch.setattr(PretendedEngine, "newest_release", lambda _self, _requirement: next(answers))
    requests = [ProfileRequest(release=version, stages=("file:2/2",)) for version in published]
    hashes = [find_subject(request).plan(request, Perf(), str).build.source.source_hash for request in requests]
    engine.rate = lambda binary, number: (400 if hashes.index(binary[7:]) >= 3 else 500) + number % 3

    found = bisect("0.1.1", "0.1.32", seconds=2, store=store.root)

    assert found.first_slower is not None
    assert found.first_slower.name == "0.1.20"
    assert [candidate.name for candidate in found.candidates] == published


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"margin": 0}, "margin"),
        ({"looks": 0}, "looks"),
        ({"blocks": 0}, "blocks"),
        ({"metric": "speed"}, "metric"),
        ({"seconds": 0}, "seconds"),
        ({"stages": ("disk:1/1",)}, "stage"),
    ],
)
def test_options_out_of_range_are_refused_before_anything_runs(
    engine: PretendedEngine, store: Store, options: dict[str, object], says: str
) -> None:
    with pytest.raises(RequestError, match=says):
        bisect("0.1.1", "0.1.32", store=store.root, **options)  # type: ignore[arg-type]
    assert engine.prepared == 0


def test_a_commit_that_compiles_to_the_binary_of_the_good_one_is_not_slower(
    checkout: Path, store: Store, engine: PretendedEngine, slower_from: Callable[..., None], number_of: dict[str, int]
) -> None:
    slower_from(6)
    engine.program_of = lambda plan: str(max(5, number_of[plan.source.source_hash]))
    found = bisect("c0", "c11", repo=checkout, seconds=2, store=store.root)
    assert found.first_slower is not None
    assert found.first_slower.title == "Commit 6"
    unmeasured = [look for look in found.measured if look.comparison is None]
    assert [look.answer for look in unmeasured] == ["not slower"] * len(unmeasured)
    assert unmeasured
    assert "the same binary" in str(unmeasured[0])


def test_nothing_is_built_while_a_run_is_recorded(
    checkout: Path, store: Store, engine: PretendedEngine, slower_from: Callable[..., None]
) -> None:
    slower_from(6)
    owners: list[str | None] = []
    built = engine.build

    def build(plan: BuildPlan, emit: Emit, *, rebuild: bool, seed: bytes | None = None) -> Build:
        owners.append(exclusive._RECORDING.current())
        return built(plan, emit, rebuild=rebuild, seed=seed)

    engine.build = build  # type: ignore[method-assign]
    texts: list[str] = []
    bisect("c0", "c11", repo=checkout, seconds=2, store=store.root, on_event=lambda event: texts.append(event.text))
    # The builder has the turn of recordings itself, so nobody else records meanwhile.
    assert owners
    assert all(owner is not None and "bisect-" in owner for owner in owners)
    assert not any("disturbs" in text for text in texts)


def test_an_ab_of_two_candidates_counts_in_either_order(
    checkout: Path, store: Store, engine: PretendedEngine, slower_from: Callable[..., None]
) -> None:
    slower_from(6)
    ab("c11", "c5", blocks=3, seconds=2, stages=("file:2/2",), repo=checkout, store=store.root)
    found = bisect("c0", "c11", repo=checkout, seconds=2, store=store.root)
    stored = [measured for measured in found.measured if measured.stored]
    assert [(measured.base.title, measured.candidate.title) for measured in stored] == [("Commit 5", "Commit 11")]
    assert found.first_slower is not None
    assert found.first_slower.title == "Commit 6"
    assert found.blocks == sum(len(each.pairs[0]) for each in all_series(store.runs()))


def test_two_ends_with_one_binary_are_refused(checkout: Path, store: Store, engine: PretendedEngine) -> None:
    engine.program_of = lambda _plan: "one program"
    with pytest.raises(RequestError, match="same binary"):
        bisect("c0", "c11", repo=checkout, seconds=2, store=store.root)
