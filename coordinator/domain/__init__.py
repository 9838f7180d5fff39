"""The rules of the switch-over. Pure: no I/O, no clock, no chance; one file per thing of the domain."""
