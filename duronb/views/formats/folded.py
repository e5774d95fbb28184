"""Folded stacks, one line per distinct stack, the format that other flamegraph tools read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from duronb.model.build import UNKNOWN
from duronb.model.profile import Profile

_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def folded(profile: Profile, stage: str | None = None, *, thread_names: bool = True) -> Iterator[str]:
    """Yield lines ``thread;outermost;…;innermost count`` in sorted order, with names as recorded.

    As in ``inferno-collapse-perf``, an unknown frame is named after its module, such as ``[libc.so.6]``, a ``;`` in a
    name becomes ``:``, and a space in the name of a thread becomes ``_``.

    Parameters
    ----------
    profile
        The profile.
    stage
        Only samples of this stage. ``None`` for all stages.
    thread_names
        Whether each stack begins with the name of its thread, if it has one, as in ``inferno-collapse-perf``.

    Raises
    ------
    KeyError
        There is no such stage.
    """
    tree = profile.tree
    names = [
        _field(_module_if_unknown(name, module))
        for name, module in zip(tree.frames.names, tree.frames.modules, strict=True)
    ]
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
        # Imported stacks without threads have a thread without a name, which would be an empty frame.
        named = thread_names and threads[thread]
        stacks[";".join([threads[thread], *parts] if named else parts)] += count
    for stack in sorted(stacks):
        if stacks[stack]:
            yield f"{stack or UNKNOWN} {stacks[stack]}"


def _module_if_unknown(name: str, module: str) -> str:
    """Return the name of a frame; for an unknown frame its module in brackets, such as ``[libc.so.6]``."""
    return f"[{module}]" if name == UNKNOWN and module and not module.startswith("[") else name


def _field(name: str) -> str:
    """Return a name without characters that would end its field or its line."""
    return _BREAKS.sub(" ", name.replace(";", ":"))
