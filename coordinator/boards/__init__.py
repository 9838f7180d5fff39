"""Boards: state -> what people see; deltas by position. Pure: no sockets, no clock, nothing kept."""
