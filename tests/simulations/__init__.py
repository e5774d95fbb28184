"""Simulations on recorded runs: scripts with fixed seeds, ``python -m tests.simulations.NAME``."""
