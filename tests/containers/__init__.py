"""Containers built in Python for tests: a pair without a fault, and the faults that can be put into it."""
