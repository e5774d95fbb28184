"""Simulations of statistical claims, as commands: ``python -m tests.simulations.NAME --draws N``."""
