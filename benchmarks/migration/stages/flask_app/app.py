"""The routes of stage 0: synchronous functions that answer with `jsonify`."""

from __future__ import annotations

from flask import Flask, Response, jsonify

from benchmarks.migration.stages import questions
from benchmarks.migration.stages.flask_app.config import Config
from benchmarks.migration.stages.flask_app.github import GitHub
from portico.core.errors import PorticoError


def create_app() -> Flask:
    """Return the application, configured by the environment as it was when this was imported."""
    app = Flask(__name__)
    app.config.from_object(Config)
    github = GitHub(app.config)

    @app.get("/repos/<owner>/<repo>")
    def repository(owner: str, repo: str) -> Response:
        return jsonify(github.answer(questions.repository(owner, repo)))

    @app.get("/users/<login>/repos")
    def repositories(login: str) -> Response:
        return jsonify(github.answer(questions.repositories(login)))

    @app.get("/users/<login>/portfolio")
    def portfolio(login: str) -> Response:
        return jsonify(github.answer(questions.portfolio(login)))

    @app.errorhandler(PorticoError)
    def refuse(error: PorticoError) -> tuple[Response, int]:
        members, status = questions.problem(error)
        return jsonify(members), status

    return app
