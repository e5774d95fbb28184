"""What the figures of a run mean."""
