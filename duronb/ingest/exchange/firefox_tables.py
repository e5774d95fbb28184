"""The tables of a Firefox Profiler file, from which the stacks of its threads are put together."""

from __future__ import annotations

from typing import Any

from duronb.ingest.exchange.json_values import JsonDocument
from duronb.ingest.exchange.stacks import SharedStacks, base_name
from duronb.model.build import UNKNOWN

_ADDRESS = "0x"


class FirefoxTables:
    """Puts the stacks of threads together, from their own tables or from those that all threads share.

    Parameters
    ----------
    shared
        The tables that all threads share; may be empty.
    stacks
        Gets the stacks.
    document
        Checks the values.
    """

    def __init__(self, shared: object, stacks: SharedStacks, document: JsonDocument) -> None:
        self._json = document
        self._shared = document.mapping(shared, "shared")
        self._stacks = stacks
        self._known: list[int] | None = None
        self.unnamed: set[int] = set()
        """Frames without a name, or with an address as their name."""

    def stacks_of(self, thread: dict[str, Any]) -> list[int]:
        """Return the stack of each row of the table of stacks that a thread uses."""
        if "stackTable" in thread:
            return self._read_stacks({**self._shared, **thread})
        if self._known is None:
            self._known = self._read_stacks(self._shared)
        return self._known

    def _read_stacks(self, tables: dict[str, Any]) -> list[int]:
        frames = self._read_frames(tables)
        table = self._json.mapping(tables.get("stackTable"), "stackTable")
        callers = self._read_callers(table)
        found: list[int] = []
        for caller, frame in zip(callers, self._json.column(table, "frame", len(callers)), strict=True):
            above = 0 if caller is None else found[self._json.index(caller, len(found), "prefix")]
            found.append(self._stacks.below(above, frames[self._json.index(frame, len(frames), "frame")]))
        return found

    def _read_callers(self, table: dict[str, Any]) -> list[object]:
        """Return the row of the caller of each stack, which is an earlier row; ``None`` for outermost stacks."""
        if "prefixOffset" not in table:
            return [None if prefix == -1 else prefix for prefix in self._json.column(table, "prefix")]
        offsets = self._json.column(table, "prefixOffset")
        indices = [self._json.index(offset, row + 1, "prefixOffset") for row, offset in enumerate(offsets)]
        return [row - offset if offset else None for row, offset in enumerate(indices)]

    def _read_frames(self, tables: dict[str, Any]) -> list[int]:
        """Return the frame of each row of the table of frames."""
        texts = self._json.array(tables.get("stringArray"), "stringArray")
        functions = self._json.mapping(tables.get("funcTable"), "funcTable")
        names = self._json.column(functions, "name")
        resources = self._json.column(functions, "resource", len(names))
        modules = self._read_modules(tables, texts)
        made = []
        for name, resource in zip(names, resources, strict=True):
            text = self._text(texts, name)
            known = resource is not None and resource != -1
            module = modules[self._json.index(resource, len(modules), "resource")] if known else ""
            frame = self._stacks.frame(text or UNKNOWN, module)
            if text in {"", UNKNOWN} or text.startswith(_ADDRESS):
                self.unnamed.add(frame)
            made.append(frame)
        table = self._json.mapping(tables.get("frameTable"), "frameTable")
        return [made[self._json.index(each, len(made), "func")] for each in self._json.column(table, "func")]

    def _read_modules(self, tables: dict[str, Any], texts: list[Any]) -> list[str]:
        table = self._json.mapping(tables.get("resourceTable", {}), "resourceTable")
        names = self._json.column(table, "name") if table.get("name") is not None else []
        return [base_name(self._text(texts, name)) for name in names]

    def _text(self, texts: list[Any], index: object) -> str:
        return self._json.text(texts[self._json.index(index, len(texts), "name")], "stringArray")
