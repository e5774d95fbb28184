"""Two groups of profiles in one tree: which functions changed beyond noise."""
