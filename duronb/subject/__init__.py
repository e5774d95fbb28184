"""Subjects: the Duroxide code that is profiled, as a snapshot with a content hash."""
