"""The shell commands, one module each: a table from ``duronb.options``, and a function that returns an exit status."""
