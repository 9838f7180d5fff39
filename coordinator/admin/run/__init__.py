"""The processes of a world: founded, started, kept running, looked after."""
