"""The stages differ in their I/O and in nothing else: read from their sources.

Routes are compared as syntax, less what a change of framework must change: `async` and `await`, the
form of a path's parameters, how a dict is made a response, the declared type of the answer.
"""

import ast
import re
import sys
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from benchmarks.migration.stages import fastapi_app, modelled_app
from benchmarks.migration.stages.fastapi_app.app import create_app
from portico.portfolio.model import Portfolio, RepositoryDetails, RepositoryPage

STAGES = Path(fastapi_app.__path__[0]).parent
STAGE_0 = [STAGES / "flask_app" / f"{name}.py" for name in ("app", "config", "github", "fan_out")]
STAGE_1 = [
    STAGES / "fastapi_app" / f"{name}.py" for name in ("app", "settings", "github", "fan_out")
]
ROUTES = {"repository", "repositories", "portfolio"}
# Both make a dict a response by `json.dumps`.
TO_A_RESPONSE = {"jsonify", "JSONResponse"}

Import = tuple[str, str]


class _WithoutIo(ast.NodeTransformer):
    """Takes away what the change of framework changes."""

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        fields = {name: getattr(node, name) for name in node._fields}
        return self.visit_FunctionDef(ast.FunctionDef(**fields))

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_Await(self, node: ast.Await) -> ast.AST:
        return self.generic_visit(node).value  # type: ignore[attr-defined, no-any-return]

    def visit_Call(self, node: ast.Call) -> ast.AST:
        node.keywords = [keyword for keyword in node.keywords if keyword.arg != "response_model"]
        self.generic_visit(node)
        is_response = isinstance(node.func, ast.Name) and node.func.id in TO_A_RESPONSE
        return node.args[0] if is_response else node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, str):
            node.value = re.sub(r"<(\w+)>", r"{\1}", node.value)
        return node


def _routes(source: str) -> dict[str, str]:
    """Return the routes of a module, by name, less their I/O."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    found = [node for node in ast.walk(ast.parse(source)) if isinstance(node, functions)]
    return {node.name: ast.dump(_WithoutIo().visit(node)) for node in found if node.name in ROUTES}


def _imports(*paths: Path) -> set[Import]:
    """Return what files import, but not one another, as module and name."""
    nodes = [node for path in paths for node in ast.walk(ast.parse(path.read_text("utf-8")))]
    found = {(alias.name, "") for n in nodes if isinstance(n, ast.Import) for alias in n.names}
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            found |= {(str(node.module), alias.name) for alias in node.names}
    own = f"benchmarks.migration.stages.{paths[0].parent.name}."
    return {each for each in found if not each[0].startswith(own)}


def _ours(imports: set[Import]) -> set[Import]:
    return {each for each in imports if each[0].startswith(("portico.", "benchmarks."))}


def _libraries(imports: set[Import]) -> set[str]:
    return {each[0].split(".")[0] for each in imports - _ours(imports)} - sys.stdlib_module_names


@pytest.mark.parametrize(
    "name",
    ["fastapi_app/app.py", "traps/def_routes.py", "traps/bare_dicts.py", "modelled_app.py"],
)
def test_every_stage_has_the_predecessors_routes(name: str) -> None:
    """Each route does what stage 0's does, word for word, but for how it waits and sends."""
    expected = _routes((STAGES / "flask_app" / "app.py").read_text("utf-8"))

    assert set(expected) == ROUTES
    assert _routes((STAGES / name).read_text("utf-8")) == expected


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("questions.repositories(login)", "questions.portfolio(login)"),
        ("/users/{login}/repos", "/users/{login}/repositories"),
        ("repository(owner: str, repo: str)", "repository(repo: str, owner: str)"),
        ("portfolio(login: str)", "portfolio(login: str = '')"),
        ("await github.answer(", "await github.answer_soon("),
    ],
)
def test_a_route_that_does_something_else_is_noticed(before: str, after: str) -> None:
    """The comparison sees another call, path, argument or default."""
    source = (STAGES / "fastapi_app" / "app.py").read_text("utf-8")

    assert before in source
    assert _routes(source.replace(before, after)) != _routes(source)


def test_stage_1_shares_all_but_its_io_with_stage_0() -> None:
    """Both import the same of the product and of the questions; only libraries of I/O differ."""
    before, after = _imports(*STAGE_0), _imports(*STAGE_1)

    assert _ours(before) == _ours(after)
    assert _libraries(before) == {"flask", "requests"}
    assert _libraries(after) == {"fastapi", "aiohttp", "pydantic", "pydantic_settings"}


def _api_routes(app: FastAPI) -> list[APIRoute]:
    return [route for route in app.routes if isinstance(route, APIRoute)]


def test_stage_1_has_no_models() -> None:
    """Pydantic reads stage 1's settings and does nothing else: no route has a response model."""
    models = {route.name: route.response_field for route in _api_routes(create_app())}

    assert models == dict.fromkeys(ROUTES)
    assert {name for module, name in _imports(*STAGE_1) if module == "pydantic"} == {"SecretStr"}


def test_stage_2_has_a_model_for_each_route() -> None:
    """The answers of stage 2 are validated and documented."""
    models = {route.name: route.response_model for route in _api_routes(modelled_app.create_app())}

    assert models == {
        "repository": RepositoryDetails,
        "repositories": RepositoryPage,
        "portfolio": Portfolio,
    }


def test_another_client_makes_its_parts_alike() -> None:
    """The trap's client asks the product for the same functions as stage 1's."""
    client = _imports(STAGES / "fastapi_app" / "github.py")
    trap = _imports(STAGES / "traps" / "httpx_clients.py")

    assert {each for each in trap if each[0].startswith("portico.")} == {
        each for each in client if each[0].startswith("portico.")
    }
