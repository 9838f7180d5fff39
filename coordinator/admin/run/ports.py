"""Whether somebody could listen at an address. A look, not a promise: another may come first."""

from __future__ import annotations

import socket


def port_is_free(host: str, port: int) -> bool:
    """Whether somebody could listen there; 0 always is."""
    if port == 0:
        return True
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
