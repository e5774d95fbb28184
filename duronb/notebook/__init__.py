"""The notebook front end: the extension, its magics and their completion."""
