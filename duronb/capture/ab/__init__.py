"""A/B: two sides, built with one Cargo.lock and recorded in interleaved blocks.

May be touched freely: the stored series is in the runs (``series`` of run.json), not here.
"""
