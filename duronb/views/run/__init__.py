"""One run: header, tables, text, page, payload."""
