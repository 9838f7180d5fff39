"""The record of a world: read whole, verified, exported, reported on."""
