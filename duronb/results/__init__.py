"""What the public functions return: values that show themselves in a notebook and a terminal.

Nothing that draws knows them: they hand records and results to ``duronb.views``.
"""
