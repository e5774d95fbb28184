"""Writing and reading of payloads, the wire format of display trees. FORMAT.md describes it."""
