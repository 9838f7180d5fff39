"""The engine: handles commands, follows the log, does what is owed. Holds no rule of its own."""
