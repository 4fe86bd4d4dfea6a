"""The inhabitants of the seeded world, and what each of them is for."""

from __future__ import annotations

from portico.sandbox.model import Account
from portico.sandbox.world import World

DAY_S = 86_400.0
_FIRST_ID = 1000

_LONG_BIO = "I write long sentences about small boats. " * 60
HOSTILE_NAME = '"><script>alert(1)</script>'
_HOSTILE_BIO = (
    'line one\nline "two" \\ back\u202eslash\u202c \\u0000 \U0001f30a '
    "' OR 1=1 -- </svg> https://api.github.com/users/solveig"
)
_RIGHT_TO_LEFT = "\u05d7\u05d9\u05e4\u05d4 \u2067RTL\u2069"


def add_people(world: World, epoch_at: float) -> None:
    """Add everybody; `epoch_at` is the instant from which their histories count back."""
    users = [
        _solveig(),
        Account(1002, "eirik", name="Eirik Dahl", followers=12, following=40),  # collaborator
        Account(1003, "ingrid", name="Ingrid Moe"),  # an outsider with a token
        Account(1004, "tomas"),  # no repositories, and null wherever null can be
        Account(1005, "portico-demo", name="Portico demo"),  # owns the public-only token
        _hostile(),
        Account(1007, "long-winded", name="Nam\u0303e \u6e2f \U0001f6a2", bio=_LONG_BIO),
        Account(1008, "astrid", name="Astrid Lien", followers=3),
        Account(1009, "leif", name="Leif Berg"),
    ]
    for account in users:
        number = account.id - _FIRST_ID
        account.created_at = epoch_at - (3000 - number) * DAY_S
        account.updated_at = epoch_at - number * 3600
        world.add_account(account)
    world.add_account(_nordlys(world, epoch_at))
    world.accounts["eirik"].starred_at[5000] = epoch_at - 3 * DAY_S
    stars = {5001: epoch_at - 9 * DAY_S, 5300: epoch_at - 2 * DAY_S}
    world.accounts["solveig"].starred_at.update(stars)


def _solveig() -> Account:
    """The site owner: 120 public repositories and two private ones."""
    return Account(
        1001,
        "solveig",
        name="Solveig Åsen",
        company="@nordlys",
        blog="https://solveig.example",
        location="Tromsø",
        email="solveig@users.example",
        hireable=True,
        bio="Charts, tides and slow software.",
        twitter_username="solveig_example",
        public_gists=4,
        followers=431,
        following=27,
    )


def _hostile() -> Account:
    """Texts that break out of HTML, SVG, attributes, lines and writing direction."""
    return Account(
        1006,
        "bobby-tables",
        name=HOSTILE_NAME,
        company='"quoted" & <b>',
        blog="javascript:alert(1)",
        location=_RIGHT_TO_LEFT,
        bio=_HOSTILE_BIO,
    )


def _nordlys(world: World, epoch_at: float) -> Account:
    """The organisation: astrid is its owner, an app is installed on it."""
    return Account(
        2001,
        "nordlys",
        "Organization",
        name="Nordlys",
        blog="https://nordlys.example",
        location="Bodø",
        email="hello@nordlys.example",
        bio="Instruments for northern waters",
        followers=88,
        created_at=epoch_at - 2000 * DAY_S,
        updated_at=epoch_at - 40 * DAY_S,
        members=[world.accounts[login] for login in ("astrid", "solveig", "leif")],
    )
