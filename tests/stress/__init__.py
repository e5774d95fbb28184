"""Commands that take too long for the test suite: exits under load, and files made to exhaust memory."""
