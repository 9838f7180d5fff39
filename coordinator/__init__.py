"""pingji 平急: the coordinator that switches communities between normal and emergency, and back."""

__version__ = "0.1.0"
