"""Outlines of areas, to draw them: brought in from files, thinned, and invented where there is nothing to try with."""
