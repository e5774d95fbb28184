"""Two groups of runs: effects, exact tests, power, looks, verdicts, the gate, bisection."""
