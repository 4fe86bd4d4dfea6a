"""What can happen to the world, one file per family.

Each change takes a repository, or its full name, moves what GitHub would move, and tells the hooks
what GitHub would tell. A change that changes nothing tells nothing. The families are classes only
so that `World` can have all of their methods.
"""
