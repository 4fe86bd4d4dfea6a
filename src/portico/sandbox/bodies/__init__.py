"""JSON bodies, key by key in GitHub's order, as the given View sees them.

Each function takes a View (who looks, under which API version, at which base URL) and a thing of
the world, and returns what `json.dumps` takes. Nothing here decides whether the thing may be seen.
"""
