"""The options of every command and magic, each declared once; ``tables`` lists them all.

A table names the functions of ``duronb.api`` that take its options. A test compares each option with the signature of
its function. ``parser`` reads a command line, ``schema`` generates JSON Schemas, and ``reference`` the documentation.
"""
