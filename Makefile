# Each of these sets the machine up first; the second time that takes no time.
.PHONY: run test check bench proof lock screenshots

run: # serve http://127.0.0.1:8000 (PORT changes it)
	@scripts/run

test: # all tests, on both databases, with a browser
	@scripts/test

check: # formatter, linters, types, layers, templates
	@scripts/check

bench: # measure, beside the limits
	@scripts/setup bench && exec .venv/bin/python -m bench

proof: # each safety figure, and that its proof fails without its guard; then all tests, at full counts
	@scripts/proof

lock: # the hash-locked lists of parts, anew from pyproject.toml
	@scripts/lock

screenshots: # the README's pictures
	@scripts/screenshots
