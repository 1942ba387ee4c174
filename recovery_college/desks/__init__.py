"""The pages that look across: what is mine, the tutor's week, the office. They own no tables."""
