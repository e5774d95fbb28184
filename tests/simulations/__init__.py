"""Simulations of error rates and power: scripts with fixed seeds, ``python -m tests.simulations.NAME``."""
