"""Simulations with fixed seeds that measure error rates and power: ``python -m tests.simulations.NAME``."""
