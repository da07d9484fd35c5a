"""Is this file training data, and if not, which line is wrong? Pure Python: no Django, no database."""
