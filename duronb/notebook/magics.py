"""The line magics: ``%duroprof`` and those that list, show, compare and keep runs."""

from __future__ import annotations

import re
from argparse import Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_magic, magics_class
from IPython.core.magic_arguments import argument, kwds, magic_arguments

from duronb.errors import RequestError
from duronb.notebook.once import pass_over, show_once
from duronb.options import PROFILE, STORE, Words, join_workload_arguments, profile_arguments, split
from duronb.options.comparing import COMPARE, SIDES, compare_arguments
from duronb.options.interleaving import AB, ab_arguments
from duronb.options.keeping import CLEAN, HISTORY, TAG, clean_action, history_arguments, tag_action
from duronb.views.progress.notebook import progress_for

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_Magic = TypeVar("_Magic", bound=Callable[..., Any])
_LABEL: Words = ((("label",), {"nargs": "?", "metavar": "LABEL", "help": "only runs with this label"}),)
_RUN: Words = ((("run",), {"metavar": "RUN", "help": "a label (its newest run), a tag, an id or its prefix, a path"}),)


class Interrupted(KeyboardInterrupt):
    """The user interrupted before there was anything to keep; one line in a notebook."""

    def _render_traceback_(self) -> list[str]:
        return ["Interrupted before anything was captured."]


def _words(words: Words) -> Callable[[_Magic], _Magic]:
    def decorate(magic: _Magic) -> _Magic:
        for names, keywords in reversed(words):
            magic = argument(*names, **keywords)(magic)
        return magic

    return decorate


@magics_class
class DuronbMagics(Magics):
    """Magics that make, list and show runs."""

    @magic_arguments()
    @_words((*PROFILE, *STORE))
    @kwds(epilog="Returns the run: run = %duroprof 30 baseline. End the line with ; to show nothing.")
    @line_magic
    def duroprof(self, line: str) -> object:
        """Profile Duroxide: build it, run its stress test under a sampler, show and store the run."""
        from duronb import api

        parsed, quiet = self._parse(self.duroprof, line)
        arguments = profile_arguments(parsed)
        with progress_for(self._here) as progress:
            try:
                run = api.profile(**arguments, on_event=progress)
            except KeyboardInterrupt:
                raise Interrupted from None
        return self._shown(run, quiet=quiet)

    @magic_arguments()
    @_words((*_LABEL, *STORE))
    @line_magic
    def duroruns(self, line: str) -> object:
        """List the stored runs, newest first."""
        from duronb import api

        parsed, quiet = self._parse(self.duroruns, line)
        runs = api.runs(parsed.label, store=parsed.store)
        if quiet:
            pass_over(self._here, runs)
        return runs

    @magic_arguments()
    @_words((*_RUN, *STORE))
    @line_magic
    def duroshow(self, line: str) -> object:
        """Show a stored run: flamegraph and metrics."""
        from duronb import api

        parsed, quiet = self._parse(self.duroshow, line)
        return self._shown(api.load(parsed.run, store=parsed.store), quiet=quiet)

    @magic_arguments()
    @_words((*SIDES, *COMPARE, *STORE))
    @line_magic
    def durocompare(self, line: str) -> object:
        """Compare two groups of runs: a verdict per stage, and a differential flamegraph."""
        from duronb import api

        parsed, quiet = self._parse(self.durocompare, line)
        return self._shown(api.compare(**compare_arguments(parsed, parsed.before, parsed.after)), quiet=quiet)

    @magic_arguments()
    @_words((*AB, *STORE))
    @line_magic
    def duroab(self, line: str) -> object:
        """Run two releases, refs or option sets in interleaved blocks, and compare them."""
        from duronb import api

        parsed, quiet = self._parse(self.duroab, line)
        arguments = ab_arguments(parsed)
        with progress_for(self._here) as progress:
            try:
                comparison = api.ab(**arguments, on_event=progress)
            except KeyboardInterrupt:
                raise Interrupted from None
        return self._shown(comparison, quiet=quiet)

    @magic_arguments()
    @_words((*HISTORY, *STORE))
    @line_magic
    def durohistory(self, line: str) -> object:
        """Show a figure over all runs, and what changed it."""
        from duronb import api

        parsed, quiet = self._parse(self.durohistory, line)
        return self._shown(api.history(**history_arguments(parsed)), quiet=quiet)

    @magic_arguments()
    @_words((*TAG, *STORE))
    @line_magic
    def durotag(self, line: str) -> object:
        """Give a run a permanent name, or list the tags."""
        from duronb import api

        parsed, quiet = self._parse(self.durotag, line)
        action, arguments = tag_action(parsed)
        return self._told(getattr(api, action)(**arguments), quiet=quiet)

    @magic_arguments()
    @_words((*CLEAN, *STORE))
    @line_magic
    def duroclean(self, line: str) -> object:
        """Move old runs to the trash of the store; --undo brings them back."""
        from duronb import api

        parsed, quiet = self._parse(self.duroclean, line)
        action, arguments = clean_action(parsed)
        return self._told(getattr(api, action)(**arguments), quiet=quiet)

    @property
    def _here(self) -> InteractiveShell:
        if self.shell is None:
            raise RuntimeError("a magic runs in a shell")
        return self.shell

    def _shown(self, run: object, *, quiet: bool) -> object:
        if quiet:
            pass_over(self._here, run)
        else:
            show_once(self._here, run)
        return run

    def _told(self, value: object, *, quiet: bool) -> object:
        """Return a value that the cell shows by itself, unless its line ends with ``;``."""
        if quiet:
            pass_over(self._here, value)
        return value

    def _parse(self, magic: Any, line: str) -> tuple[Namespace, bool]:
        """Return the words, and whether the line ends with ``;``, which IPython leaves to magics."""
        try:
            words = split(line)
        except RequestError as error:
            raise UsageError(str(error)) from None
        quiet = bool(words) and words[-1].endswith(";")
        if quiet:
            words[-1] = re.sub(r";+$", "", words[-1])
            words = words if words[-1] else words[:-1]
        try:
            return magic.parser.parse_intermixed_args(join_workload_arguments(words)), quiet
        except UsageError as error:
            raise UsageError(f"{error}. See %{magic.__name__}? for the words it takes.") from None
