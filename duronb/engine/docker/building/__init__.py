"""The tools image, and builds with cargo in a container of it."""
