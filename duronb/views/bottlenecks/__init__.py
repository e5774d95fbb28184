"""Displays of the bottlenecks of a run: tables, bars, advice and time budget."""
