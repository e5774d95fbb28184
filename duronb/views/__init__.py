"""Displays of runs, comparisons, differentials and histories: flamegraphs, tables, text and files."""
