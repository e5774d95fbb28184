"""Notices on a run that is being stored: on its samples, and on the CPU time that they amount to."""
