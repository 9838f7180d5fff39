"""Playbooks at the command line: lint, show, diff, plan, publish."""
