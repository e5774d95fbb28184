"""A/B: two sides, built with one Cargo.lock and recorded in interleaved blocks.

A stored series consists of its runs (``series`` in run.json); nothing else is stored.
"""
