"""Published releases, as the cargo of an engine finds them."""

from __future__ import annotations

from contextlib import closing
from typing import Self

from duronb.engine.choose import choose_engine
from duronb.engine.protocol import Engine
from duronb.events import Emit


class Published:
    """Asks the crates registry through an engine. The engine is prepared at the first query.

    Parameters
    ----------
    engine
        Name of the engine, or ``auto``.
    emit
        Called with the events of its preparation.
    """

    def __init__(self, engine: str, emit: Emit) -> None:
        self._name = engine
        self._emit = emit
        self._engine: Engine | None = None

    def newest(self, requirement: str) -> str | None:
        """Return the newest release that fits a cargo requirement, such as ``<0.1.30``; ``None`` if no release fits.

        Raises
        ------
        HostError
            No engine works here, or the registry does not answer.
        """
        if self._engine is None:
            self._engine = choose_engine(self._name)[0]
            self._engine.prepare(self._emit, rebuild=False, frequency_hz=99, call_graph="fp")
        return self._engine.builder.newest_release(requirement)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *ended: object) -> None:
        if self._engine is not None:
            with closing(self._engine):
                self._engine = None
