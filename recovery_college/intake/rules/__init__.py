"""What a workbook means: its cells, its tabs and headings, its runs. No file, no database."""
