"""A differential flamegraph shown: payload, picture, table, page."""
