"""What Portico's hit and its miss cost, beside bare ASGI applications on the same server.

`subjects` is what is measured and what is compared with what; `__main__` runs the rounds. Each
measurement has a server of its own, and what is compared is of the same round.
"""
