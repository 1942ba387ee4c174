"""How fast the pages are, as ratios to limits measured in the same run: `make bench`."""
