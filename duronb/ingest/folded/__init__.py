"""Reader of folded stacks, which have a stack and a count per line."""
