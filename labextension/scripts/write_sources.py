# ruff: noqa: INP001 (a script, not a package)
"""Write the viewer's generated modules: ``python labextension/scripts/write_sources.py [--check]``.

They state for TypeScript what Python declares. With ``--check`` nothing is written; the exit
code is 1 if a module differs from what would be written.
"""

from __future__ import annotations

import sys
from pathlib import Path

from declared_source import bokeh_source, declared_source
from state_source import state_source

FOLDER = Path(__file__).parents[1] / "src"
SOURCES = {
    "viewer/payload/state.ts": state_source,
    "viewer/payload/declared.ts": declared_source,
    "shells/bokeh/defaults.ts": bokeh_source,
}


def main(arguments: list[str]) -> int:
    """Write or check the modules; return the exit code."""
    texts = {FOLDER / name: source() for name, source in SOURCES.items()}
    if arguments != ["--check"]:
        for path, text in texts.items():
            path.write_text(text, encoding="utf-8")
        return 0
    outdated = [path for path, text in texts.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    for path in outdated:
        sys.stderr.write(f"{path} does not match what Python declares. Run: python {sys.argv[0]}\n")
    return 1 if outdated else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
