"""The command line: `portico serve`, and what an operator or newcomer wants beside it.

Exit codes: 0 done (also when a server was asked to stop), 1 something was found wrong or could
not be started, 2 wrong usage or wrong settings.

Each command imports what it runs when it is run: `--help` must not wait for the server's imports.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from typer.main import get_command

from portico import __version__
from portico.telemetry import crash

__all__ = ["main"]

# What a call to GitHub takes over a good connection: so that what is saved can be felt.
_DEMO_LATENCY_S = 0.1
_LOOPBACK = "127.0.0.1"
_LAST_PORT = 65_535

app = typer.Typer(
    name="portico",
    help="""A self-hosted, asynchronous gateway to GitHub.

    Clean endpoints over GitHub data, and a caching proxy for GitHub's own API that clients use
    by changing one base URL.

    New here? Run [bold]portico demo[/]: it needs no token and no network.
    Then set [bold]PORTICO_GITHUB_TOKEN[/], run [bold]portico check[/], and [bold]portico serve[/].
    """,
    rich_markup_mode="rich",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (PORTICO_HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="TCP port (PORTICO_PORT); 0: any.")] = None,
) -> None:
    """Serve, until Ctrl-C or SIGTERM; then drain.

    Everything else is set by [bold]PORTICO_*[/] variables or a file [bold].env[/]; see
    docs/configuration.md, or [bold]portico check[/] for the effective values.
    """
    from portico.cli.serve import serve as run

    run(host=host, port=port)


@app.command()
def demo(
    port: Annotated[int, typer.Option(min=0, max=_LAST_PORT, help="TCP port; 0: any.")] = 8000,
    latency: Annotated[
        float, typer.Option(min=0, help="Seconds that the small GitHub takes to answer.")
    ] = _DEMO_LATENCY_S,
) -> None:
    """Show Portico at work in front of a small GitHub of its own: no token, no network."""
    from portico.cli.demo import demo as run

    run(port=port, latency_s=latency)


@app.command()
def sandbox(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = _LOOPBACK,
    port: Annotated[int, typer.Option(min=0, max=_LAST_PORT, help="TCP port; 0: any.")] = 8001,
    latency: Annotated[float, typer.Option(min=0, help="Seconds before each answer.")] = 0.0,
) -> None:
    """Run the small GitHub alone: REST, tokens, limits, ETags; no network needed."""
    from portico.cli.sandbox import sandbox as run

    run(host=host, port=port, latency_s=latency)


@app.command()
def check() -> None:
    """Print the effective settings, secrets masked, then try them out.

    Exit code 0: all is well. 1: something does not work. 2: a setting is wrong.
    """
    from portico.cli.check import check as run

    run()


@app.command()
def budget(
    url: Annotated[
        str | None, typer.Option(help="A running Portico. Default: by settings.")
    ] = None,
    hours: Annotated[int, typer.Option(min=1, max=720, help="Over how many hours to sum.")] = 24,
) -> None:
    """Print what is left at GitHub, and what answers cost and saved.

    A Portico that others reach wants a key: [bold]PORTICO_KEY[/], with `operator = true` to see
    everybody.
    """
    from portico.cli.budget import show

    show(url=url, hours=hours)


@app.command()
def top(
    url: Annotated[
        str | None, typer.Option(help="A running Portico. Default: by settings.")
    ] = None,
    hours: Annotated[int, typer.Option(min=1, max=720, help="Over how many hours to sum.")] = 1,
    every: Annotated[float, typer.Option(min=0.2, help="Seconds between two looks.")] = 2.0,
) -> None:
    """Show the same as a live table, until Ctrl-C."""
    from portico.cli.budget import watch

    watch(url=url, hours=hours, every_s=every)


keys = typer.Typer(
    help="Keys of Portico's own: for callers who are to hold no GitHub token.",
    no_args_is_help=True,
)
app.add_typer(keys, name="keys")


@keys.command("add")
def keys_add(
    name: Annotated[str, typer.Argument(help="Whose key it is: a site, a bot, a team.")],
    owner: Annotated[
        list[str] | None, typer.Option(help="A login it may ask about; '*' for all. Repeatable.")
    ] = None,
    method: Annotated[
        list[str] | None, typer.Option(help="A method it may use. Default: GET and HEAD.")
    ] = None,
    route: Annotated[
        list[str] | None,
        typer.Option(help="A class of route, or 'graphql'. Default: all but own and search."),
    ] = None,
    graphql: Annotated[
        list[str] | None, typer.Option(help="A root field of GraphQL it may ask for.")
    ] = None,
    credential: Annotated[
        str | None, typer.Option(help="What GitHub is asked with: public (default), app, none.")
    ] = None,
    points_per_hour: Annotated[
        int | None, typer.Option(help="The most it may spend of GitHub's limits in an hour.")
    ] = None,
    expires: Annotated[str, typer.Option(help="90d, 12h, 4w, or 'never'.")] = "90d",
) -> None:
    """Make a key, and print it once.

    A second one for a known name, to change over with, keeps the rights that the name has.
    """
    from portico.cli.keys import add

    rights = {
        "owners": tuple(owner or ()),
        "methods": tuple(each.upper() for each in method or ()),
        "routes": tuple(route or ()),
        "graphql": tuple(graphql or ()),
        "credential": credential,
        "points_per_hour": points_per_hour,
    }
    add(name, expires=expires, rights=rights)


@keys.command("list")
def keys_list() -> None:
    """Print the names, their rights, and until when their secrets are good."""
    from portico.cli.keys import show

    show()


@keys.command("revoke")
def keys_revoke(
    name: Annotated[str, typer.Argument(help="The name whose secrets are to be worthless.")],
    secret: Annotated[
        str | None, typer.Option(help="Only the one whose hash begins so, as `list` shows it.")
    ] = None,
) -> None:
    """Make a name's secrets worthless. Running servers notice within seconds."""
    from portico.cli.keys import revoke

    revoke(name, which=secret)


@app.command()
def replay(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", exists=True, help="Recorded deliveries: a file of JSON, or a folder."
        ),
    ],
    url: Annotated[
        str | None, typer.Option(help="Where to; else the Portico of these settings.")
    ] = None,
    secret_file: Annotated[
        Path | None,
        typer.Option(help="A file with the secret to sign with, else PORTICO_WEBHOOK_SECRET."),
    ] = None,
    rate: Annotated[float | None, typer.Option(min=0.01, help="At most so many a second.")] = None,
    concurrency: Annotated[
        int, typer.Option(min=1, max=100, help="How many at once; 1 keeps their order.")
    ] = 1,
    keep_ids: Annotated[
        bool,
        typer.Option(
            "--keep-ids/--new-ids",
            help="With the recorded ids, what was taken before changes nothing.",
        ),
    ] = True,
) -> None:
    """Post recorded webhook deliveries to a running Portico.

    FILE holds what GitHub's API tells of its deliveries, what a receiver wrote down, or payloads
    named by their event; see docs/webhooks.md.

    Exit code 0: all were taken. 1: some were refused. 2: nothing was sent.
    """
    from portico.cli.replay import replay as run

    run(
        path=path,
        url=url,
        secret_file=secret_file,
        concurrency=concurrency,
        rate=rate,
        keeps_ids=keep_ids,
    )


def _print_version(is_wanted: bool) -> None:
    if is_wanted:
        typer.echo(f"portico {__version__}")
        raise typer.Exit


@app.callback()
def _portico(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line and exit."""
    crash.install()
    # Not `app()`, which puts a hook of its own in place, that prints errors as they are.
    get_command(app)()
