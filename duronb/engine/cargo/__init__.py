"""What every engine tells cargo."""
