"""Calendars: entries follow their sessions, and feeds have keys."""
