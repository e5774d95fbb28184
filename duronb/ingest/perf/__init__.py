"""The text that ``perf script`` prints, read in columns."""
