"""Orders as CAP 1.2 alerts, for other people's systems: from events alone, written and never read."""
