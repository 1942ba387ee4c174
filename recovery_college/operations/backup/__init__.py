"""A college in one file, and back again: what was never restored was not saved."""
