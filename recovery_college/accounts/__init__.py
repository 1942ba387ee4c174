"""People, and who may open what."""
