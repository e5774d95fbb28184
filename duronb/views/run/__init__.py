"""Displays of one run: header, tables, text, page and payload."""
