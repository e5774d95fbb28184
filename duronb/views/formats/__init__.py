"""Export of a run to files, in duronb's formats and those of other tools."""
