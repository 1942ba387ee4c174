"""When, where and by whom: terms, runs, sessions, venues, rooms, and the pair of every session."""
