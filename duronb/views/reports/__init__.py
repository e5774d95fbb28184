"""Reports: one HTML page that works offline and can be printed, about a run, a label or a comparison."""
