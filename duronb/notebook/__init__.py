"""The notebook front end: magics, completion, progress."""
