"""Analysis of runs: bottlenecks, comparisons, differentials and histories."""
