"""Moving in: reading a college's workbook, one description per tab, and writing its rows."""
