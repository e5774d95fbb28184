"""Readers of the log of Duroxide's stress test, and of the files of results in its repository."""
