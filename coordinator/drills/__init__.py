"""Drills: scripts, the director that throws injects, the score. Through the same engine as everything real."""
