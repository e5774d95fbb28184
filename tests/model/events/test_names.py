"""Names of events: which are one event."""

from __future__ import annotations

import pytest

from duronb.model.events.names import base_event, event_condition


@pytest.mark.parametrize(
    ("printed", "base"),
    [
        ("cycles", "cycles"),
        ("cycles:u", "cycles"),
        ("cycles:P", "cycles"),
        ("cycles:ppp", "cycles"),
        ("cycles:ukHG", "cycles"),
        ("cpu-clock:pppH", "cpu-clock"),
        ("cpu_core/cycles/P", "cycles"),
        ("cpu_core/cycles/", "cycles"),
        ("cpu_atom/cycles/upp", "cycles"),
        ("cpu/cycles/u", "cycles"),
        ("cpu_core/cycles,period=1000/P", "cycles"),
        ("armv8_cortex_a53/cycles/", "cycles"),
        ("apple_icestorm_pmu/cycles/", "cycles"),
        ("cpu/mem-loads,ldlat=30/P", "mem-loads"),
        ("cpu/event=0x3c,umask=0x0/u", "cpu/event=0x3c,umask=0x0/"),
        ("power/energy-pkg/", "power/energy-pkg/"),
        ("uncore_imc/cas_count_read/", "uncore_imc/cas_count_read/"),
        ("sched:sched_switch", "sched:sched_switch"),
        ("syscalls:sys_enter_read", "syscalls:sys_enter_read"),
        ("mem:0x1000:rw", "mem:0x1000:rw"),
        ("r3c:u", "r3c"),
        ("page-faults", "page-faults"),
        (":u", ":u"),
        ("", ""),
    ],
)
def test_a_name_without_pmu_of_a_core_and_without_modifiers(printed: str, base: str) -> None:
    assert base_event(printed) == base


@pytest.mark.parametrize(
    ("printed", "condition"),
    [
        ("cpu-clock:pppH", "cpu-clock"),
        ("cpu-clock:ppp", "cpu-clock"),
        ("cycles:P", "cycles"),
        ("cycles:Pu", "cycles:u"),
        ("cpu_core/cycles/Pu", "cycles:u"),
        ("cpu_core/cycles/", "cycles"),
        ("cpu-time:u", "cpu-time:u"),
        ("sched:sched_switch", "sched:sched_switch"),
        ("power/energy-pkg/", "power/energy-pkg/"),
        ("cycles:ku", "cycles:uk"),
    ],
)
def test_precision_and_kind_of_core_are_no_other_condition_but_privilege_is(printed: str, condition: str) -> None:
    assert event_condition(printed) == condition
