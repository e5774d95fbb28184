"""Readers of what samplers and workloads print."""
