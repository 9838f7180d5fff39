"""What a client holds on to: its session, its socket, and the boards kept up to date on it. Decides no rule."""
