"""Writes on jobs, one file per use case."""
