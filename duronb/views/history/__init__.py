"""A history shown: plot with change points, table, sentences, page, JSON."""
