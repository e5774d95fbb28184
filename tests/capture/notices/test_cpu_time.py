import pytest

from duronb.capture.notices.cpu_time import cpu_notices, is_user_only
from duronb.ingest.counters import CpuTime
from duronb.model.record.environment import Environment
from duronb.model.stage import StageResult

PERF = Environment(sampler="perf", event="cpu-clock:Pppp")


def notices(
    samples: int, used: CpuTime | None, environment: Environment = PERF, hz: float | None = 1000.0
) -> list[str]:
    times = {} if used is None else {"File SQLite 2/2": used}
    return cpu_notices([StageResult(name="File SQLite 2/2", samples=samples)], times, environment, hz)


def used(user: float = 3.0, system: float = 1.0, share: float | None = 0.0, error: float = 0.02) -> CpuTime:
    return CpuTime(user, system, error, None if share is None else share * 4, share)


# 4 s at 1000 Hz: 5 % are 0.2 s, three standard errors 3 * sqrt(4000) / 1000 = 0.19 s, and the ends 0.02 s: 0.41 s.
@pytest.mark.parametrize(
    ("samples", "differs"), [(4000, False), (3600, False), (4400, False), (3580, True), (4420, True)]
)
def test_samples_that_contradict_the_kernel_are_reported(samples: int, differs: bool) -> None:
    found = notices(samples, used())
    assert bool(found) == differs
    if differs:
        assert f"{samples / 1000:.2f} s of CPU time, but the kernel counted 4.00 s; up to 0.41 s" in found[0]


def test_a_sampler_of_user_code_is_checked_against_user_time() -> None:
    user_only = Environment(sampler="perf", event="cycles:Pu")
    assert notices(3000, used(), user_only) == []
    assert "user CPU time" in notices(4000, used(), user_only)[0]
    # The embedded sampler interrupts at kernel time, too, and shows the user frames above it.
    assert notices(4000, used(), Environment(sampler="embedded", event="cpu-time:u")) == []


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("cycles:u", True),
        ("cycles:Pu", True),
        ("cycles:ku", False),
        ("cycles:P", False),
        (None, False),
        ("cycles", False),
    ],
)
def test_the_modifiers_of_an_event_say_whether_it_counts_user_code_only(event: str | None, expected: bool) -> None:
    assert is_user_only(event) == expected


def test_what_was_not_measured_is_not_checked() -> None:
    assert notices(1, None) == []
    assert notices(1, used(), hz=None) == []


@pytest.mark.parametrize(("share", "differs"), [(0.05, False), (0.051, True), (None, False)])
def test_time_that_other_machines_took_is_reported(share: float | None, differs: bool) -> None:
    found = notices(4000, used(share=share))
    assert bool(found) == differs
    assert all("took 5% of the CPU time" in text for text in found)
