"""Running it: the audit of invariants, the invented college, health."""
