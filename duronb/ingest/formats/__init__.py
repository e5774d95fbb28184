"""Every format that is recognised: those that are read, and those that are refused with advice."""
