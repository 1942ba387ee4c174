"""Tests of what a workbook means."""
