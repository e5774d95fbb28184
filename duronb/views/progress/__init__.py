"""The progress of a capture as text: in a terminal, in a notebook."""
