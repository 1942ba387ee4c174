"""The verbs of a register."""
