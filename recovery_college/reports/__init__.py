"""What the college tells its commissioners; read-only; small numbers suppressed."""
