"""Building blocks of every display: escaping, numbers, tables, HTML and files. They do not depend on runs."""
