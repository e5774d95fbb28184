"""Timer artefacts: samples of a timer event that say where interrupts were enabled again, not where time was spent.

The events ``cpu-clock`` and ``task-clock`` are timers. A timer cannot fire while interrupts are off, so all time in
which they were off is counted for the function that enables them: in a virtual machine also the time that the
hypervisor took meanwhile. That function is then innermost in the stack, so one frame decides. If another function is
innermost, interrupts were already on when the timer fired, whoever called it. The functions have a cost of their own,
too, such as waking another processor, so their samples are set apart and shown, never dropped.

A hardware event such as ``cycles`` has no artefacts: its counter stops the processor by an interrupt that cannot be
masked, or marks the instruction itself. The embedded sampler (``cpu-time``) sees no kernel frames; its signal arrives
on the way back to user code, at the system call that took the time.

To extend the list, add a group or a pattern to ``INTERRUPTS_OFF``, or an event to ``ARTEFACTS``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from duronb.model.events.names import base_event
from duronb.model.kinds import ARTEFACT, KERNEL, KINDS, kind_numbers
from duronb.model.profile import CallTree, Frames, Indices, Profile

SENTENCE = (
    "The timer of the sampler cannot fire while interrupts are off, so that time, and what a hypervisor takes"
    " meanwhile, is counted for the kernel function that enables them."
)


@dataclass(frozen=True, slots=True)
class Group:
    """Kernel functions that end a time without interrupts.

    Parameters
    ----------
    name
        What they do.
    patterns
        Shell patterns (``*`` and ``?``) of entire names, without compilers' suffixes such as ``.isra.0``.
    """

    name: str
    patterns: tuple[str, ...]


INTERRUPTS_OFF = (
    # _raw_spin_unlock_irqrestore and the same for read and write locks, of run queues and of RCU.
    Group("release a lock and enable interrupts", ("*_unlock_irq", "*_unlock_irqrestore")),
    Group(
        "enable interrupts",
        (
            *("*local_irq_enable", "*local_irq_restore", "local_daif_*", "trace_hardirqs_on*"),
            *("*native_irq_enable", "*native_restore_fl", "xen_irq_enable*", "xen_restore_fl*"),
        ),
    ),
    Group(
        "finish a context switch",
        ("finish_task_switch", "finish_lock_switch", "schedule_tail", "*preempt_schedule_irq"),
    ),
    Group(
        "start the deferred work of interrupts",
        (
            *("handle_softirqs", "__do_softirq", "do_softirq", "do_softirq_own_stack", "__softirqentry_text_start"),
            *("irq_exit", "irq_exit_rcu", "__irq_exit_rcu"),
        ),
    ),
    Group(
        "return from an interrupt",
        (
            *("irqentry_exit", "irqentry_exit_to_user_mode", "exit_to_user_mode_loop", "exit_to_user_mode_prepare"),
            *("exit_to_usermode_loop", "prepare_exit_to_usermode", "do_notify_resume"),
            *("asm_sysvec_*", "asm_common_interrupt", "common_interrupt*", "ret_from_intr"),  # x86
            *("el[01]_irq", "el[01]_interrupt", "el[01]?_64_irq*", "el0t_32_irq*", "ret_to_user*"),  # arm64
            *("ret_from_exception", "ret_from_irq", "interrupt_return*"),  # RISC-V, Power
        ),
    ),
    Group(
        "idle",
        (
            *("default_idle*", "*native_safe_halt", "acpi_safe_halt", "acpi_idle_*", "intel_idle*", "mwait_idle*"),
            *("poll_idle", "cpuidle_enter*", "cpu_do_idle", "arch_cpu_idle*", "do_idle", "cpu_startup_entry"),
        ),
    ),
)

ARTEFACTS: Mapping[str, tuple[Group, ...]] = {"cpu-clock": INTERRUPTS_OFF, "task-clock": INTERRUPTS_OFF}
"""The groups of each event. An event that is not listed has no artefacts."""


def has_artefacts(event: str | None) -> bool:
    """Return whether samples of an event may be artefacts; ``False`` if the event is unknown."""
    return event is not None and base_event(event) in ARTEFACTS


def artefact_nodes(tree: CallTree, event: str | None) -> NDArray[np.bool_]:
    """Return the nodes whose self samples are artefacts of an event, shape ``(nodes,)``."""
    return np.append(_artefact_frames(tree.frames, event), False)[tree.frame]


def artefact_samples(profile: Profile, event: str | None) -> dict[str, int]:
    """Return the number of artefacts in each stage of the view of one event."""
    rows = artefact_nodes(profile.tree, event)[profile.node]
    sums = np.bincount(profile.stage[rows], weights=profile.count[rows], minlength=len(profile.stages))
    return {name: int(number) for name, number in zip(profile.stages, sums, strict=True)}


def kinds_of_view(frames: Frames, event: str | None) -> Indices:
    """Return the kind of every frame in the view of an event as an index into ``KINDS``, shape ``(len(frames),)``.

    The self samples of frames of the kind ``ARTEFACT`` are artefacts. What such a frame calls is not.
    """
    kinds = kind_numbers(frames)
    kinds[_artefact_frames(frames, event)] = KINDS.index(ARTEFACT)
    return kinds


def drawn_kind(kind: str, self_samples: int, total: int) -> str:
    """Return the kind that a frame is drawn with: artefacts only if at least half of its samples end in it."""
    return KERNEL if kind == ARTEFACT and (not self_samples or 2 * self_samples < total) else kind


def _artefact_frames(frames: Frames, event: str | None) -> NDArray[np.bool_]:
    """Return the frames of the kernel that match a pattern of an event, shape ``(frames,)``."""
    matches = np.zeros(len(frames), dtype=bool)
    expression = _expression(event)
    if expression is None:
        return matches
    named = [at for at, name in enumerate(frames.names) if expression.fullmatch(name.split(".", 1)[0])]
    if named:
        found = Frames([frames.names[at] for at in named], [frames.modules[at] for at in named])
        matches[named] = kind_numbers(found) == KINDS.index(KERNEL)
    return matches


@lru_cache(maxsize=64)
def _expression(event: str | None) -> re.Pattern[str] | None:
    """Return a regular expression for the patterns of an event; ``None`` if it has no artefacts."""
    if event is None or not has_artefacts(event):
        return None
    patterns = [pattern for group in ARTEFACTS[base_event(event)] for pattern in group.patterns]
    return re.compile("|".join(map(translate, patterns)))
