"""One figure over all runs: subjects, intervals, change points."""
