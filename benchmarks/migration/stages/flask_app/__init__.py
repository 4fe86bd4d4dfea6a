"""Stage 0, the predecessor: Flask under WSGI, as an API that only calls GitHub is honestly written.

One worker, process or thread waits for one call at a time. `python -m gunicorn
"benchmarks.migration.stages.flask_app.app:create_app()"` serves it.
"""
