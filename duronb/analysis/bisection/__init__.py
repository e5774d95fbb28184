"""Bisection: the probability of each commit to be the first slower one, and what to measure next."""
