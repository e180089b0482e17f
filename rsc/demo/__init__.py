"""The demo: a small world to look at, and the processes that make it run.

The only part of this floor that knows the others; nothing imports it but its own commands.
"""
