"""The commands of the shell, one file each: options from ``duronb.options``, and a function that returns a status."""
