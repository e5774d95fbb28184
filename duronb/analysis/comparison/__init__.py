"""Comparison of two groups of runs: effects, exact tests, power, looks, verdicts, the gate and bisection."""
