"""Engines, which build and run workloads."""
