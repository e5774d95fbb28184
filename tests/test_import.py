"""`import duronb` must stay light: notebooks, Binder and completion import it before anything is asked of it."""

from __future__ import annotations

import subprocess
import sys

import duronb

HEAVY = ("docker", "bokeh", "pandas", "ipywidgets", "IPython", "jupyter_server", "numpy", "pyarrow", "fsspec")


def test_loads_nothing_heavy() -> None:
    code = f"import sys, duronb; print([name for name in {HEAVY!r} if name in sys.modules])"

    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert printed.strip() == "[]"


def test_every_public_name_can_be_loaded() -> None:
    for name in duronb.__all__:
        assert getattr(duronb, name) is not None


def test_an_unknown_name_is_an_attribute_error() -> None:
    assert not hasattr(duronb, "profle")
