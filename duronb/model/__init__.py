"""The model of a run: frames, call tree, profile, stages, record."""
