"""Seeded teams that sign, answer, decline, travel, arrive, work, lose their network and come back.

A process of its own that speaks the public protocol and nothing else: it must not know the server from inside.
"""
