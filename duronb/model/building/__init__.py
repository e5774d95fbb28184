"""Parts of the building of a profile: events and weights, times of samples, names of threads."""
