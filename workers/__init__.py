"""RQ workers: what is slow, heavy or outside. They hold no chain key; what comes of a job goes back as a command."""
