"""Simulations behind the numbers in the documentation. Run each as ``python -m tests.simulations.NAME``."""
