"""Places on a run: asking for one, waiting for one, being offered one, giving one up."""
