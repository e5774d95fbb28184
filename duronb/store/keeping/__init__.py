"""Old runs go: which ones, and the trash that brings them back."""
