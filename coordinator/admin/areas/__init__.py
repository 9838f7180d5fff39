"""Areas of a city: brought in from files, found by name."""
