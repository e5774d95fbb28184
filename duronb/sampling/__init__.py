"""Samplers: their commands, files and units."""
