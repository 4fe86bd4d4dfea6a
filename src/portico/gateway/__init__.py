"""The loop: the only place where decisions meet waiting.

It asks `portico.core` what to do, and does it through the ports of `ports.py`.
"""
