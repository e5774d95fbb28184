"""The first frames of stacks: tools that fold perf's stacks write the name of the thread there, others a function."""

from __future__ import annotations

import re
from collections.abc import Sequence

from duronb.options.remedy import command
from duronb.options.stored import Threads
from duronb.quoting import quoted

_CODE = re.compile(
    r".*\(.*:\d+\)"  # a function with its file and line, as py-spy and Austin write it
    r"|.*\+0x[0-9a-f]+|0x[0-9a-f]+"  # an address
    r"|[^`]+`.+"  # module and function, as DTrace writes them
    r"|_?start|(?:__)?clone3?|start_thread|_?thread_start|__libc_start\w*"  # where programs and threads begin
    r"|.*\w::.*\w.*|\w+\(.*\)",  # a path or arguments
    re.DOTALL,
)

_THREAD = re.compile(
    r"tid:\d+"  # as Python 3.15 writes collapsed stacks
    r"|thread \((?:0x)?[0-9A-Fa-f]+\)(?:: .*)?",  # as py-spy writes them
    re.DOTALL,
)


def are_threads(names: Sequence[str], choice: Threads) -> bool:
    """Return whether the first frames are names of threads.

    Parameters
    ----------
    names
        The distinct first frames.
    choice
        Choice of the user. For ``auto``, names that only threads have, such as ``tid:7``, are threads. Otherwise a
        single first frame is a function, since it distinguishes no threads, and so are names of which most look like
        code.
    """
    if choice != "auto":
        return choice == "first-frame"
    if names and all(_THREAD.fullmatch(name) for name in names):
        return True
    return len(names) > 1 and 2 * sum(_CODE.fullmatch(name) is not None for name in names) <= len(names)


def first_frame_notice(names: Sequence[str], *, threads: bool) -> str:
    """Return a sentence that says how the first frames were read, and how to read them otherwise."""
    if threads:
        other = command("import", "--threads", "none", "FILE")
        return f"The first frame of each stack was read as the name of its thread. If it is a function: {other}"
    other = command("import", "--threads", "first-frame", "FILE")
    what = f"All stacks begin with {quoted(names[0])}, which" if len(names) == 1 else "The first frame of each stack"
    return f"{what} was read as a function. If it is the name of a thread: {other}"
