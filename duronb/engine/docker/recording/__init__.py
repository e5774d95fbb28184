"""The permission ladder, and a recording in a container from its start to its samples."""
