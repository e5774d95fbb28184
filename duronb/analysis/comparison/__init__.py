"""Comparison of two groups of runs: effects, exact tests, power, looks, verdicts and the gate."""
