"""Folded stacks: a stack and a count a line."""
