"""Calendar entries as bytes. Knows the format and no courses."""
