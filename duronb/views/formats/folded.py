"""Folded stacks: one line per distinct stack, as other flamegraph tools read them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from duronb.model.build import UNKNOWN
from duronb.model.profile import Profile

_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def folded(profile: Profile, stage: str | None = None, *, thread_names: bool = True) -> Iterator[str]:
    """Yield ``thread;outermost;…;innermost count`` lines in sorted order, names as they were recorded.

    As ``inferno-collapse-perf`` does, an unknown frame is called by its module, ``[libc.so.6]``, a ``;`` in a name
    becomes ``:``, and a space in a thread's name ``_``.

    Parameters
    ----------
    profile
        The profile.
    stage
        Only samples of this stage.
    thread_names
        Begin every stack with the thread's name, as ``inferno-collapse-perf`` does with ``comm``.

    Raises
    ------
    KeyError
        No such stage.
    """
    tree = profile.tree
    names = [_field(_named(name, module)) for name, module in zip(tree.frames.names, tree.frames.modules, strict=True)]
    threads = [_field(name).replace(" ", "_") for name in profile.threads]
    wanted = None if stage is None else list(profile.stages).index(stage) if stage in profile.stages else -1
    if wanted == -1:
        raise KeyError(stage)
    counts: Counter[tuple[int, int]] = Counter()
    rows = zip(
        profile.stage.tolist(), profile.thread.tolist(), profile.node.tolist(), profile.count.tolist(), strict=True
    )
    for row_stage, thread, node, count in rows:
        if wanted is None or row_stage == wanted:
            counts[thread if thread_names else 0, node] += count
    stacks: Counter[str] = Counter()
    for (thread, node), count in counts.items():
        parts = [names[frame] for frame in tree.stack(node)]
        stacks[";".join([threads[thread], *parts] if thread_names else parts)] += count
    for stack in sorted(stacks):
        if stacks[stack]:
            yield f"{stack or UNKNOWN} {stacks[stack]}"


def _named(name: str, module: str) -> str:
    """Say where an unknown frame is, as inferno does: ``[libc.so.6]``."""
    return f"[{module}]" if name == UNKNOWN and module and not module.startswith("[") else name


def _field(name: str) -> str:
    """Keep one name in one field of one line."""
    return _BREAKS.sub(" ", name.replace(";", ":"))
