"""The permission ladder, and recordings in containers."""
