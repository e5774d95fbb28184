"""A comparison shown: sentences, table, interval plot, page fragment, Markdown, JUnit, JSON."""
