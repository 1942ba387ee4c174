"""The college's rules about figures that others see. Values in, answers out."""
