"""Where entries live: memory, SQLite under memory. Each implements `gateway.ports.Store`.

Rules: imports `core` alone. What another program or a broken disk did to a file is a miss or a
`StoreFailed`, never a crash and never a wrong entry.
"""
