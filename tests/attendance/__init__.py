"""Registers, what follows from them, and what they show."""
