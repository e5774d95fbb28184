"""Benchmarks beside the peers: ``python -m tests.benchmarks --help``."""
