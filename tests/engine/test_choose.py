from __future__ import annotations

from typing import Protocol

import pytest

from duronb.engine import choose
from duronb.engine.choose import choose_engine, engine_called
from duronb.errors import HostError
from duronb.request import EngineName


class Has(Protocol):
    def __call__(
        self, *, docker: bool = False, perf: bool = False, cargo: bool = False, perf_works: bool = True
    ) -> None: ...


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Has:
    """A machine with the programs that a test sets."""

    def has(*, docker: bool = False, perf: bool = False, cargo: bool = False, perf_works: bool = True) -> None:
        says = "Docker engine 99 answers (default)." if docker else "No Docker engine answers: no socket."
        monkeypatch.setattr(choose, "_docker_answers", lambda: (docker, says.rstrip(".")))
        monkeypatch.setattr(choose, "find_cargo", lambda: "/bin/cargo" if cargo else None)
        monkeypatch.setattr(choose, "find_perf", lambda: "/bin/perf" if perf else None)
        monkeypatch.setattr(choose, "perf_version", lambda _perf: "6.1")

        def probe(_perf: str, _frequency_hz: int) -> None:
            if not perf_works:
                raise HostError("perf is refused: kernel.perf_event_paranoid is 4.", "Run sysctl.")

        monkeypatch.setattr(choose, "probe", probe)

    return has


def test_docker_comes_first(machine: Has) -> None:
    machine(docker=True, perf=True, cargo=True)
    engine, why = choose_engine("auto")
    assert engine.name == "docker"
    assert why == "docker: Docker engine 99 answers (default)."
    engine.close()


def test_perf_comes_second(machine: Has) -> None:
    machine(perf=True, cargo=True)
    engine, why = choose_engine("auto")
    assert engine.name == "native"
    assert why == "docker: No Docker engine answers: no socket; native: perf 6.1 found."


@pytest.mark.parametrize(
    ("options", "reason"),
    [({"perf": False}, "no perf"), ({"perf": True, "perf_works": False}, "perf_event_paranoid is 4")],
)
def test_the_embedded_sampler_comes_last(machine: Has, options: dict[str, bool], reason: str) -> None:
    machine(cargo=True, **options)
    engine, why = choose_engine("auto")
    assert engine.name == "embedded"
    assert reason in why


def test_if_no_engine_works_one_line_says_what_to_install(machine: Has) -> None:
    machine(perf=True)
    with pytest.raises(HostError) as caught:
        choose_engine("auto")
    assert "\n" not in str(caught.value)
    assert "Docker" in caught.value.remedy
    assert "rustup" in caught.value.remedy


@pytest.mark.parametrize("name", ["native", "embedded"])
def test_a_requested_engine_is_returned_without_a_check(machine: Has, name: EngineName) -> None:
    machine()
    engine, why = choose_engine(name)
    assert engine.name == name
    assert "requested" in why


def test_an_engine_of_no_such_name_is_refused() -> None:
    with pytest.raises(HostError, match="no engine"):
        engine_called("podman\n")
