"""Files of a run in our own and in other tools' formats, by the ending of the name."""
