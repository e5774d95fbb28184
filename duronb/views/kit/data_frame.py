"""Conversion of rows to a pandas data frame, if pandas is installed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import Any

from duronb.errors import HostError


def data_frame(rows: Iterable[Mapping[str, Any]], columns: Sequence[str] | None = None) -> Any:
    """Return a pandas data frame.

    Parameters
    ----------
    rows
        Values of each row by column name.
    columns
        Columns in order. ``None`` for all columns of the rows.

    Raises
    ------
    HostError
        pandas is not installed.
    """
    try:
        pandas: Any = import_module("pandas")
    except ImportError:
        raise HostError("pandas is not installed.", "Run: pip install pandas") from None
    return pandas.DataFrame.from_records(list(rows), columns=columns)
