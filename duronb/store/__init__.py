"""Run directories on any fsspec root."""
