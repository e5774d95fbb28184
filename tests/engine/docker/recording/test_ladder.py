from __future__ import annotations

import pytest

from duronb.cache import cache_directory
from duronb.engine.docker.recording import ladder as docker_ladder
from duronb.engine.docker.recording.ladder import (
    NO_PRIVILEGES,
    RUNGS,
    Rung,
    forget,
    judge,
    remember,
    remembered,
    rung_key,
    try_rungs,
)
from duronb.errors import HostError

USER = "     7f12aa dash_main+0x1 (/usr/bin/dash)\n"
KERNEL = " ffffffff81 clear_page_erms ([kernel.kallsyms])\n"


@pytest.mark.parametrize(
    ("output", "records"),
    [
        (USER + KERNEL, "user and kernel frames"),
        (USER, "user frames only"),
        ("", "refused: perf recorded no samples"),
        ("some warning\n", "refused: perf recorded no samples"),
    ],
)
def test_a_probe_shows_what_perf_records_on_a_rung(output: str, records: str) -> None:
    assert judge("any", 0, output).records == records


def test_every_rung_but_the_last_drops_all_capabilities() -> None:
    assert [rung for rung, privileges in RUNGS.items() if privileges.get("cap_drop") != ["ALL"]] == ["privileged"]
    assert list(RUNGS)[-1] == "privileged"
    assert NO_PRIVILEGES == {"cap_drop": ["ALL"]}


def test_a_refusal_is_reported_in_perfs_own_words() -> None:
    output = (
        "Error:\nNo permission to enable cycles event.\n\nConsider adjusting /proc/sys/kernel/perf_event_paranoid\n"
    )
    assert judge("any", 1, output).refused == "No permission to enable cycles event"


def test_a_silent_failure_still_has_a_reason() -> None:
    assert judge("any", 139, "").refused == "perf ended with exit code 139"


def test_a_frequency_that_the_kernel_refuses_is_an_error_with_the_limit() -> None:
    with pytest.raises(HostError, match="at most 1000 samples") as caught:
        judge("any", 1, "error: Maximum frequency rate (1000 Hz) exceeded.\nPlease use -F freq option\n")
    assert "1000 Hz" in caught.value.remedy


FULL = Rung("", user=True, kernel=True, kernel_names=True)
ONLY_USER = Rung("", user=True)
NONE = Rung("", refused="no")


@pytest.mark.parametrize(
    ("results", "best", "tried"),
    [
        ([FULL], "perfmon", 1),
        ([NONE, ONLY_USER, FULL], "sys_admin", 3),
        ([NONE, ONLY_USER, ONLY_USER, NONE], "seccomp", 4),
        ([NONE, ONLY_USER, Rung("", user=True, kernel=True), NONE], "sys_admin", 4),
        ([NONE, NONE, NONE, NONE], None, 4),
    ],
)
def test_the_lowest_rung_that_records_most_is_used(
    monkeypatch: pytest.MonkeyPatch, results: list[Rung], best: str | None, tried: int
) -> None:
    left = iter(results)

    def answer(client: object, image: str, name: str, frequency_hz: int) -> Rung:
        found = next(left)
        return Rung(name, found.refused, found.user, found.kernel, found.kernel_names)

    monkeypatch.setattr(docker_ladder, "_try_rung", answer)
    rung, all_tried = try_rungs(None, "image", 99)  # type: ignore[arg-type]
    assert (rung and rung.name) == best
    assert len(all_tried) == tried


def test_what_was_found_is_remembered_for_the_same_machine_only() -> None:
    tried = [Rung("perfmon", refused="unknown capability"), Rung("seccomp", user=True)]
    key = rung_key({"kernel": "6.1"})
    remember(key, tried[1], tried)
    assert remembered(key) == (tried[1], tried)
    assert remembered(rung_key({"kernel": "6.2"})) is None
    forget()
    assert remembered(key) is None


def test_that_nothing_works_is_remembered_too() -> None:
    remember("key", None, [NONE])
    assert remembered("key") == (None, [NONE])


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"key": "k", "best": "x", "tried": [{"nonsense": 1}]}'])
def test_a_damaged_file_of_rungs_is_ignored(content: str) -> None:
    cache_directory().mkdir(parents=True, exist_ok=True)
    (cache_directory() / "docker-rung.json").write_text(content, encoding="utf-8")
    assert remembered("k") is None
