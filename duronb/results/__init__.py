"""Return values of the public functions. They display themselves in a notebook and in a terminal.

They pass records and analysis results to ``duronb.views``, which does not import this package.
"""
