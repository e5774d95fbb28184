"""The options of every command and magic, each declared once; ``tables`` lists them all.

A table names the functions of ``duronb.api`` that take its options; a test binds each option to the signature.
``parser`` reads a command line, ``schema`` makes JSON Schemas of the options, and ``reference`` their documentation.
"""
