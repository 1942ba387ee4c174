"""Tests of taking a workbook in."""
