"""Runs made of what others recorded: samples, results files, their history in git."""
