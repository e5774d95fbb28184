"""Distributions that several tests use."""
