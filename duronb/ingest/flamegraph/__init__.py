"""Flamegraphs drawn as SVG by others, read back into stacks."""
