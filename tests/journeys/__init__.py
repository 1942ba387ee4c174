"""Whole journeys in a real browser, as somebody makes them."""
