"""The format that the viewer draws from: written and read back. FORMAT.md describes it."""
