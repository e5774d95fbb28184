"""The tools image, and cargo in a container of it."""
