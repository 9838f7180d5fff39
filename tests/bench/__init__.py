"""Measurements anyone can run: `python -m tests.bench.NAME`. Each gives a ratio against a limit of the same run."""
