"""Playbooks 预案: read, judged, compared, and resolved into measures. Holds no rule of a switch-over."""
