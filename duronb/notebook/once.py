"""A value that a magic shows at once and IPython does not show a second time."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def show_once(shell: InteractiveShell, value: object) -> None:
    """Display ``value`` now, and not again where the same cell ends with it.

    So ``run = %duroprof 5 quick``, ``%duroprof 5 quick`` as the last line, in a loop, in a function and followed by
    ``run`` all show it exactly once, where it was made. Another cell shows it again.
    """
    from IPython.display import display

    display(value)
    pass_over(shell, value)


def pass_over(shell: InteractiveShell, value: object) -> None:
    """Let the display hook leave ``value`` out, once, for the rest of this cell."""
    from IPython.core.displayhook import CapturingDisplayHook

    hook = sys.displayhook
    if isinstance(hook, _PassOver):
        hook.values.append(value)
    elif hook is shell.display_trap.hook or isinstance(hook, CapturingDisplayHook):
        # IPython puts the hook in place for one cell, or one %%capture, and takes it away at the end, ours with it.
        sys.displayhook = _PassOver(shell, hook, value)


class _PassOver:
    def __init__(self, shell: InteractiveShell, hook: Any, value: object) -> None:
        self._shell = shell
        self._hook = hook
        self.values = [value]

    def __call__(self, value: object) -> None:
        for position, shown in enumerate(self.values):
            if shown is value:
                del self.values[position]
                self._remember(value)
                return
        self._hook(value)

    def _remember(self, value: object) -> None:
        """Keep ``_``, ``Out`` and the cell's result as they would be."""
        hook = self._shell.displayhook
        if self._hook is hook:
            hook.check_for_underscore()
            hook.update_user_ns(value)
            hook.fill_exec_result(value)
