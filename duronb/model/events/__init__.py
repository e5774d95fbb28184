"""Events of recordings: which names are one event, and runs of which another event is shown."""
