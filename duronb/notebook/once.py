"""Display of a value by a magic, so that IPython does not display it a second time."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def show_once(shell: InteractiveShell, value: object) -> None:
    """Display ``value`` now, and keep the same cell from displaying it again.

    The value of ``%duroprof 5 quick`` is thus displayed exactly once: in an assignment, as the last line of a cell, in
    a loop, in a function, and if ``run`` follows ``run = %duroprof 5 quick``. Another cell displays it again.
    """
    from IPython.display import display

    display(value)
    hide_once(shell, value)


def hide_once(shell: InteractiveShell, value: object) -> None:
    """Make the display hook of this cell ignore ``value`` the next time it is the value of an expression."""
    from IPython.core.displayhook import CapturingDisplayHook

    hook = sys.displayhook
    if isinstance(hook, _HidingHook):
        hook.values.append(value)
    elif hook is shell.display_trap.hook or isinstance(hook, CapturingDisplayHook):
        # IPython sets its hook for one cell, or for one %%capture. At the end it restores the hook, which removes ours.
        sys.displayhook = _HidingHook(shell, hook, value)


class _HidingHook:
    """A display hook that ignores each of its values once, and passes other values to the hook that it replaces."""

    def __init__(self, shell: InteractiveShell, hook: Any, value: object) -> None:
        self._shell = shell
        self._hook = hook
        self.values = [value]

    def __call__(self, value: object) -> None:
        for position, hidden in enumerate(self.values):
            if hidden is value:
                del self.values[position]
                self._remember(value)
                return
        self._hook(value)

    def _remember(self, value: object) -> None:
        """Set ``_``, ``Out`` and the result of the cell as IPython's hook would."""
        hook = self._shell.displayhook
        if self._hook is hook:
            hook.check_for_underscore()
            hook.update_user_ns(value)
            hook.fill_exec_result(value)
