"""Subjects: the Duroxide code that is profiled, as snapshots with content hashes."""
