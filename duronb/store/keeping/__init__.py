"""Cleaning a store: which runs are removed, and the trash from which they can be restored."""
