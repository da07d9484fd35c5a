"""Plain-Python words shared by every process: errors, contracts, ids, money. Imports no framework."""
