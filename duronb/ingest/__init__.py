"""Readers of the output of samplers and workloads."""
