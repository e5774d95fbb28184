"""Events of recordings: which names are one event, artefacts of timers, and runs of which another event is shown."""
