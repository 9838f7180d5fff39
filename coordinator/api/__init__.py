"""The HTTP interface: the same commands and boards as over the live protocol, documented from the same models."""
