"""The college's own rules and words, as one typed value that is handed to rules and pages."""
