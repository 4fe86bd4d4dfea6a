"""The edge towards GitHub: one pooled HTTP client, and what a configured token reaches.

Implements `gateway.ports.Upstream`. aiohttp is named in this package only, and none of its
exceptions leave it.
"""
