"""Bottlenecks: a catalogue of buckets, the bucket of every sample, and the time that no CPU sample explains."""
