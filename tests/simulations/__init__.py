<<<<<<< HEAD
"""Simulations that measure error rates and power; each runs as ``python -m tests.simulations.NAME``."""
=======
"""Simulations on recorded runs: scripts with fixed seeds, ``python -m tests.simulations.NAME``."""
>>>>>>> main
