"""Drills for whoever runs them: opened, conducted, watched and looked back on."""
