"""Engines: where a workload is built and run."""
