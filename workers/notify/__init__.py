"""Telling people: one job carries notices for up to a thousand, and its outcome closes their duties."""
