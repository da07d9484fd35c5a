"""Reads, checks, mends and divides what customers upload, in a process of its own (docs/adr/0017)."""
