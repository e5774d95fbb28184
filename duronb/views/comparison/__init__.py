"""Displays of a comparison: sentences, tables, interval plot, HTML, Markdown, JUnit XML and JSON."""
