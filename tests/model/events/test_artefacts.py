"""Timer artefacts, against names copied from recordings and from the kernel's sources, decided by hand."""

from __future__ import annotations

import pytest

from duronb.model.events.artefacts import artefact_nodes, artefact_samples, drawn_kind, kinds_of_view
from duronb.model.kinds import ARTEFACT, KINDS, kind_numbers
from duronb.model.profile import Frames
from tests.views.profiles import STAGES, make_profile

KERNEL = "[kernel]"
ENABLING = (
    "_raw_spin_unlock_irqrestore",
    "_raw_spin_unlock_irq",
    "_raw_write_unlock_irq",
    "rcu_nocb_unlock_irqrestore.part.0",
    "finish_task_switch.isra.0",
    "finish_task_switch",
    "schedule_tail",
    "handle_softirqs",
    "__do_softirq",
    "arch_local_irq_restore",
    "arch_local_irq_enable",
    "pv_native_irq_enable",
    "native_restore_fl",
    "irqentry_exit_to_user_mode",
    "exit_to_user_mode_loop",
    "el0_irq",
    "el1_interrupt",
    "el0t_64_irq_handler",
    "pv_native_safe_halt",
    "cpuidle_enter_state",
)
ORDINARY = (
    "_raw_spin_lock_irqsave",
    "_raw_spin_unlock",
    "_raw_spin_unlock_bh",
    "mutex_unlock",
    "__schedule",
    "do_syscall_64",
    "el0_svc",
    "try_to_wake_up",
    "irq_bus_unlock_irqrestore_later",
    "finish_task_switching",
    "run_timer_softirq",
    "idle_notifier",
)


def nodes_of(name: str, module: str, event: str | None) -> list[bool]:
    profile = make_profile({(STAGES[0], "main", 0, (("main", "app"), (name, module))): 1})
    found: list[bool] = artefact_nodes(profile.tree, event).tolist()
    return found


@pytest.mark.parametrize("event", ["cpu-clock", "cpu-clock:ppp", "task-clock:u"])
@pytest.mark.parametrize("name", ENABLING)
def test_a_function_that_enables_interrupts_is_an_artefact_of_a_timer(name: str, event: str) -> None:
    assert nodes_of(name, KERNEL, event) == [False, False, True]


@pytest.mark.parametrize("name", ORDINARY)
def test_other_kernel_functions_are_no_artefacts(name: str) -> None:
    assert nodes_of(name, KERNEL, "cpu-clock") == [False, False, False]


@pytest.mark.parametrize("event", ["cycles", "cycles:P", "cpu_core/cycles/P", "instructions", "cpu-time:u", "", None])
def test_other_events_have_no_artefacts(event: str | None) -> None:
    for name in ENABLING:
        assert not any(nodes_of(name, KERNEL, event))


@pytest.mark.parametrize("module", ["app", "libc.so.6", "", "[unknown]"])
def test_a_function_of_the_same_name_outside_the_kernel_is_no_artefact(module: str) -> None:
    assert not any(nodes_of("finish_task_switch", module, "cpu-clock"))


@pytest.mark.parametrize("name", ["x" * 100_000 + "_unlock_irq!", "*" * 5_000, "[" * 5_000, "_unlock_irq\n", "\0"])
def test_hostile_names_match_nothing(name: str) -> None:
    assert not any(nodes_of(name, KERNEL, "cpu-clock"))


def test_only_the_innermost_frame_decides() -> None:
    below = (("handle_softirqs", KERNEL), ("rcu_core", KERNEL))
    profile = make_profile(
        {
            (STAGES[0], "main", 0, below): 7,
            (STAGES[0], "main", 0, below[:1]): 3,
            (STAGES[1], "main", 1, (*below, ("_raw_spin_unlock_irqrestore", KERNEL))): 2,
            (STAGES[1], "worker", 1, (("app", "app"),)): 11,
            (STAGES[1], "worker", 1, ()): 5,
        }
    )
    counted = artefact_samples(profile, "cpu-clock")
    assert {stage: counted[stage] for stage in STAGES[:3]} == {STAGES[0]: 3, STAGES[1]: 2, STAGES[2]: 0}
    assert set(artefact_samples(profile, "cycles").values()) == {0}


@pytest.mark.parametrize("event", ["cpu-clock", "cycles", None])
def test_the_kinds_of_a_view_differ_from_those_of_the_code_where_samples_are_artefacts(event: str | None) -> None:
    names = [*ENABLING, *ORDINARY, "finish_task_switch"]
    frames = Frames(names, [KERNEL] * (len(names) - 1) + ["app"])
    found = [KINDS[kind] for kind in kinds_of_view(frames, event)]
    of_code = [KINDS[kind] for kind in kind_numbers(frames)]
    expected = [ARTEFACT] * len(ENABLING) if event == "cpu-clock" else of_code[: len(ENABLING)]
    assert found == [*expected, *of_code[len(ENABLING) :]]


@pytest.mark.parametrize(
    ("kind", "self_samples", "total", "drawn"),
    [
        (ARTEFACT, 7, 7, ARTEFACT),
        (ARTEFACT, 5, 10, ARTEFACT),
        (ARTEFACT, 4, 9, "kernel"),
        (ARTEFACT, 0, 9, "kernel"),
        (ARTEFACT, 0, 0, "kernel"),
        ("sqlite", 0, 9, "sqlite"),
    ],
)
def test_a_frame_is_drawn_as_an_artefact_if_half_of_its_samples_end_in_it(
    kind: str, self_samples: int, total: int, drawn: str
) -> None:
    assert drawn_kind(kind, self_samples, total) == drawn
