"""What there is below one repository: languages, contributors, releases, README, stars, activity.

Each document has a plan in `plan.py` and a fold in the file of its name. The repository itself is
the subject of every one of them: its answer tells the name that it has today, and without it there
is no document.
"""
