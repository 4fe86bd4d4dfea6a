"""The edge towards callers: one pure ASGI application in front, FastAPI behind it.

The front answers GitHub's own API (`proxy`), where each microsecond counts and nothing is to be
validated; FastAPI answers `/v1` and operation, where everything is typed and documented.
"""
