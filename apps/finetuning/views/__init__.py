"""One module for each noun: jobs, and what of the data only jobs and models know."""
