"""What a run looks like: flamegraph, tables, text, files."""
