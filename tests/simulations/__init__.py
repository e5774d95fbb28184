"""Simulations of the statistics, run as ``python -m tests.simulations.NAME``."""
