"""The `pingji` command's half that needs only the wire: boards in the terminal, commands, signatures, approvals."""
