"""The engine that builds and records in containers, local or remote."""
