"""All tables of options, in the order of the help."""

from __future__ import annotations

from duronb.options.comparing import CHECK, COMPARE, HISTORY, REPORT
from duronb.options.interleaving import AB, BISECT
from duronb.options.keeping import CLEAN, TAG
from duronb.options.profiling import PROFILE
from duronb.options.stored import DOCTOR, EXPORT, IMPORT, RUNS, SHOW
from duronb.options.table import Table

TABLES: dict[str, Table] = {
    table.command: table
    for table in (
        PROFILE, IMPORT, RUNS, SHOW, EXPORT, REPORT, COMPARE, AB, CHECK, BISECT, HISTORY, TAG, CLEAN, DOCTOR
    )
}  # fmt: skip
"""The table of each command."""

MAGICS: dict[str, Table] = {table.magic: table for table in TABLES.values() if table.magic is not None}
"""The table of each magic."""
