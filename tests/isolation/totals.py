"""What `make isolation` counts."""

TOTALS = {"routes": 0, "probes": 0, "leaks": 0, "mutants": 0, "killed": 0}
