"""Where the time goes: a catalogue of causes, every sample in one of them, and the time that no sample explains."""
