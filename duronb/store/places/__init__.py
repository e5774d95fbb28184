"""Where runs lie: a directory, an object store, and what both can do."""
