"""How simulated people behave: what they see on their board goes in, what they mean to do and when comes out.

Sans-IO: no socket, no clock, no chance but the seeded one.
"""
