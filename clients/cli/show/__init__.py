"""Boards as they look in the terminal: from a board's entries to tables. Nothing here talks to anybody."""
