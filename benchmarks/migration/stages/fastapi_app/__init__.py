"""Stage 1, ASGI alone: the same API on FastAPI and Uvicorn, with nothing changed but the waiting.

One event loop waits for all calls at once. Dicts go out as they did before; response models are
stage 2. `uvicorn --factory benchmarks.migration.stages.fastapi_app.app:create_app` serves it.
"""
