"""`python -m portico`: the same command line as the `portico` script.

For machines where the scripts directory of the environment is not on the PATH.
"""

from portico.cli import main

if __name__ == "__main__":
    main()
