"""The diagnosis of a run: rows, text, bars, time budget."""
