"""Is it alive, is it ready: for those who run it."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

router = APIRouter(tags=["operation"])


class Health(BaseModel):
    """The process answers."""

    status: Literal["ok"] = Field("ok", description="Always `ok`: no answer is the other case.")


@router.get("/healthz", summary="Is the process alive?")
async def healthz() -> Health:
    """Answer without touching the store or GitHub."""
    return Health()


@router.get("/", include_in_schema=False)
async def landing() -> RedirectResponse:
    """Lead whoever opens the root to the documentation of the endpoints."""
    return RedirectResponse("/docs")
