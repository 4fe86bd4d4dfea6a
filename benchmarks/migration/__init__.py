"""The road from Flask (WSGI) to FastAPI (ASGI), one change at a time, measured.

`stages` are the applications, a row each; everything else here measures them: `workloads` says
what they are asked, `agreement` that they all answer the same, `cells` takes the figures, and
`claims`, `overload` and `waterfall` make of them what docs/migration.md says. Run it by
`make bench-migration` (ARGS='--help').
"""
