"""What every view is made of: escaping, numbers, tables, pieces of HTML, files. Knows nothing of runs."""
