"""Differential: the profiles of two groups of runs on one call tree, and the functions that changed beyond noise."""
