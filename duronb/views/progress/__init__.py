"""Progress of a capture, in a terminal and in a notebook."""
