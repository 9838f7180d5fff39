"""One night of rain, step by step, each waiting for what the boards show. `night.py` is the story; read it first."""
