"""When runs were recorded: the order of two sides in time, sessions, and the variance between sessions."""
