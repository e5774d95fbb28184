"""One page that opens offline and prints: of a run, of a label's runs, of a comparison."""
