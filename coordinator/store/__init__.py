"""What lasts: the chained event log, the vault, registers, snapshots, and the servers of our own. It knows no rule."""
