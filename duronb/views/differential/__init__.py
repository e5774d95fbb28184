"""Displays of a differential: payload, picture, table and page."""
