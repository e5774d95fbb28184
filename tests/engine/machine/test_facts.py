from __future__ import annotations

from pathlib import Path

from duronb.engine.machine.facts import cpu_name, host_facts


def test_the_processors_name_is_read(tmp_path: Path) -> None:
    file = tmp_path / "cpuinfo"
    file.write_text("processor\t: 0\nmodel name\t: A CPU @ 2 GHz\n", encoding="utf-8")
    assert cpu_name(file) == "A CPU @ 2 GHz"


def test_the_facts_are_there() -> None:
    facts = host_facts()
    assert (facts.cores or 0) >= 1
    assert facts.kernel
