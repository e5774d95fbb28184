"""What a run is: frames, call tree, profile, stages."""
