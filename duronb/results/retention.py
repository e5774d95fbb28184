"""Results of cleaning, restoring and tagging runs, as text and as plain JSON values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from duronb.options.remedy import command
from duronb.quoting import counted
from duronb.store.keeping.retention import Cleaning
from duronb.store.keeping.trash import Cleared
from duronb.views.kit.escape import visible
from duronb.views.kit.printer import Printer
from duronb.views.kit.table import Table
from duronb.views.kit.table_text import table_text, terminal_width

if TYPE_CHECKING:
    from duronb.engine.docker.clean import DockerPiece

_MOST = 50
"""Maximum number of runs that the text lists. The JSON lists all."""


@dataclass(frozen=True, slots=True, repr=False)
class Outcome:
    """Result of an operation on stored runs.

    Parameters
    ----------
    text
        Text for the user.
    facts
        The same information as plain JSON values.
    """

    text: str
    facts: dict[str, Any]

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__

    def _repr_pretty_(self, printer: Printer, cycle: bool) -> None:  # noqa: ARG002
        printer.text(self.text)

    def to_json(self) -> dict[str, Any]:
        """Return the result as plain JSON values."""
        return self.facts


def cleaned(cleaning: Cleaning) -> Outcome:
    """Describe what a cleaning did or, in a dry run, would do."""
    lines = []
    if cleaning.runs:
        rows = [[run.label, run.id, size_text(size)] for run, size in cleaning.runs[:_MOST]]
        rows += [[f"and {len(cleaning.runs) - _MOST:,} more", "", ""]] if len(cleaning.runs) > _MOST else []
        total = f"{counted(len(cleaning.runs), 'run')}, {size_text(cleaning.bytes)}"
        table = Table(
            f"{_verb(cleaning)} {total}",
            ["label", "run", "size"],
            rows,
            text_columns=frozenset({0, 1}),
            uncut=frozenset({1}),
        )
        lines.append(table_text(table, terminal_width()))
    else:
        lines.append(f"Nothing to clean: no label has more than {counted(cleaning.keep, 'run')} that may be removed.")
    lines += [
        f"Kept: {visible(run_id)}, {visible(reason)}." for run_id, reason in list(cleaning.protected.items())[:_MOST]
    ]
    if len(cleaning.protected) > _MOST:
        lines.append(f"… and {len(cleaning.protected) - _MOST:,} more protected runs.")
    lines += [f"Not touched: {visible(name)}. {visible(reason, 200)}" for name, reason in cleaning.damaged[:_MOST]]
    if cleaning.trash:
        lines.append(
            f"Restore them with {command('clean', '--undo')}; delete them with {command('clean', '--empty-trash')}."
        )
    return Outcome("\n".join(lines), cleaning.to_json())


def undone(cleared: Cleared, back: Sequence[str], taken: Sequence[str]) -> Outcome:
    """Describe which runs were restored from the trash."""
    lines = [f"Restored {counted(len(back), 'run')} of the cleaning of {cleared.when:%Y-%m-%d %H:%M:%SZ}."]
    lines += [f"Left in the trash: {visible(run_id)}, because another run has the same id." for run_id in taken]
    return Outcome(
        "\n".join(lines),
        {"cleaned": f"{cleared.when:%Y-%m-%dT%H:%M:%SZ}", "restored": list(back), "in_trash": list(taken)},
    )


def emptied(cleared: Sequence[Cleared], *, dry_run: bool) -> Outcome:
    """Describe what was deleted from the trash or, in a dry run, would be deleted."""
    size = sum(each.bytes for each in cleared)
    lines = [
        f"{each.when:%Y-%m-%d %H:%M:%SZ}  {counted(len(each.runs), 'run')}, {size_text(each.bytes)}" for each in cleared
    ]
    verb = "Would delete" if dry_run else "Deleted"
    runs = sum(len(each.runs) for each in cleared)
    lines.insert(
        0, f"{verb} {counted(runs, 'run')}, {size_text(size)}, from the trash." if cleared else "Nothing to delete."
    )
    facts = [
        {"cleaned": f"{each.when:%Y-%m-%dT%H:%M:%SZ}", "runs": list(each.runs), "bytes": each.bytes} for each in cleared
    ]
    return Outcome("\n".join(lines), {"dry_run": dry_run, "bytes": size, "deleted": facts})


def docker_cleaned(pieces: Sequence[DockerPiece], *, dry_run: bool) -> Outcome:
    """Describe what was removed from a Docker engine or, in a dry run, would be removed."""
    gone = [piece for piece in pieces if not piece.stays]
    freed = sum(piece.bytes or 0 for piece in gone)
    lines = ["Nothing to remove from the Docker engine."]
    if gone:
        rows = [[piece.kind, piece.name, "?" if piece.bytes is None else size_text(piece.bytes)] for piece in gone]
        title = f"{'Would remove' if dry_run else 'Removed'} from the Docker engine: {size_text(freed)}"
        table = Table(title, ["kind", "name", "size"], rows, text_columns=frozenset({0, 1}), uncut=frozenset({1}))
        lines = [table_text(table, terminal_width())]
    lines += [
        f"Kept: {piece.kind} {visible(piece.name)}, {visible(piece.stays, 200)}." for piece in pieces if piece.stays
    ]
    facts = [
        {"kind": piece.kind, "name": piece.name, "bytes": piece.bytes, "stays": piece.stays or None} for piece in pieces
    ]
    return Outcome("\n".join(lines), {"dry_run": dry_run, "bytes": freed, "docker": facts})


def tagged(tags: Mapping[str, str], present: Sequence[str]) -> Outcome:
    """Describe the tags, their runs, and which of these runs no longer exist."""
    known = set(present)
    rows = [[name, run_id, "" if run_id in known else "gone"] for name, run_id in tags.items()]
    table = Table(
        f"Tags: {len(rows):,}",
        ["tag", "run", "note"],
        rows,
        text_columns=frozenset({0, 1, 2}),
        uncut=frozenset({1}),
    )
    text = (
        table_text(table, terminal_width()) if rows else f"There are no tags. Add one: {command('tag', 'RUN', 'NAME')}."
    )
    return Outcome(
        text, {"tags": [{"tag": name, "run": run_id, "present": run_id in known} for name, run_id in tags.items()]}
    )


def size_text(size: int) -> str:
    """Return a number of bytes with a decimal unit, such as ``1.5 MB``."""
    power = next((power for power in range(4) if size < 1000 ** (power + 1)), 4)
    return f"{size} B" if power == 0 else f"{size / 1000**power:.1f} {'kMGT'[power - 1]}B"


def _verb(cleaning: Cleaning) -> str:
    if cleaning.dry_run:
        return "Would delete" if cleaning.permanently else "Would move to the trash:"
    return "Deleted" if cleaning.permanently else "Moved to the trash:"
