"""Places where a store keeps runs: a directory or an object store, and their common protocol."""
