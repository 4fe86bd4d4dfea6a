"""What happened, for people and machines: one line a request, and never a secret in it.

Implements `gateway.ports.Observer`. Whatever is written goes through `redact` first.
"""
