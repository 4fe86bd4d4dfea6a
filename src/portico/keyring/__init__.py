"""Portico's own keys, as the operator keeps them: one TOML file of names, rights and hashes.

`document.py` reads it, `editing.py` changes it, `keyring.py` answers requests from it. The file
is the operator's: comments and order survive what `portico keys` does to it, and a change by hand
counts within seconds, without a restart.
"""
