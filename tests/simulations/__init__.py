"""Simulations that measure error rates and power; each runs as ``python -m tests.simulations.NAME``."""
