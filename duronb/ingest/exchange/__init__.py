"""Readers of the files that other profilers exchange: pprof, speedscope and the Firefox Profiler."""
