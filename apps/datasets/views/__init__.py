"""One module for each noun: files, datasets, uploads."""
