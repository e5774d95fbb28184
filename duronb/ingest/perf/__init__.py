"""Reader of the text of ``perf script``, vectorised over columns."""
