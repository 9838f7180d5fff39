"""Invented registers over real places, for demos, drills and first starts."""
