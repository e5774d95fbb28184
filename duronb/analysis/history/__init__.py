"""History: one metric over all runs, with subjects, confidence intervals and changes of level."""
