"""Registers: how each student came, who really taught, and who was welcomed without a place."""
