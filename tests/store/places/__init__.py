"""Places where a store keeps runs."""
