"""Stage 1b, the traps: migrations that look finished and wait as before, or worse.

Each module holds one of them, with stage 1's routes wherever these can be kept. None is a straw
man: `def` routes are what the framework's guide allows, a blocking call is what is left where one
client was forgotten, and httpx is the client that most guides take.
"""
