"""Decisions, and the values they are made of. Pure: no waiting, no clock, no logging, no I/O.

Whatever a function here needs to know, the time included, is an argument of it.
"""
