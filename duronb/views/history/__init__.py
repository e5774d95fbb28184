"""Displays of a history: plot with level changes, table, sentences, page and JSON."""
