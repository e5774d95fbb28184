"""Runs imported from files: samples, results of stress tests, and the git history of results."""
