"""The engines on this machine: one with Linux perf, and one with a workload that samples itself."""
