"""What the machinery that watches can see: log lines of ids, and numbers. It knows no pages."""
