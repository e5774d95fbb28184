"""The engines that build and record on this machine: Linux perf, and the workload that samples itself."""
