"""Adding and revoking keys: the file keeps what else is in it, and is never half written."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import pytest

from portico.core.portico_key import hash_of
from portico.keyring.document import KeysFileError, read_document
from portico.keyring.editing import add_key, revoke_key

NOW: Final = 1_795_000_000.0
DAY_S: Final = 86_400.0
NOBODY_ID: Final = 65_534


def add(path: Path, secret: str, *, name: str = "site", now: float = NOW, **rights: object) -> None:
    """Add a key that is good for a day."""
    add_key(path, name, secret, now=now, lifetime_s=DAY_S, rights=rights)


def hashes(path: Path, name: str = "site") -> list[str]:
    """Return the hashes of a name's secrets, as they stand in the file."""
    return [one.hash for one in read_document(path.read_text()).keys[name].secrets]


def test_a_key_is_kept_as_a_hash_by_its_owner_alone(tmp_path: Path) -> None:
    """The file is made with its folder; it holds no secret and nobody else may read it."""
    path = tmp_path / "new" / "keys.toml"

    add(path, "ptk_one", owners=("solveig",))

    assert hashes(path) == [hash_of("ptk_one")]
    assert "ptk_one" not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_document(path.read_text()).keys["site"].owners == ("solveig",)


def test_two_secrets_are_good_at_once_and_no_third(tmp_path: Path) -> None:
    """A name can be changed over to a second secret; a third is refused, and nothing is lost."""
    path = tmp_path / "keys.toml"
    add(path, "ptk_one", owners=("solveig",))
    add(path, "ptk_two")

    with pytest.raises(KeysFileError, match="revoke one of them first"):
        add(path, "ptk_three")

    assert hashes(path) == [hash_of("ptk_one"), hash_of("ptk_two")]
    assert read_document(path.read_text()).keys["site"].owners == ("solveig",)


def test_expired_secrets_make_room(tmp_path: Path) -> None:
    """What is no longer good goes when another is added."""
    path = tmp_path / "keys.toml"
    add(path, "ptk_one")
    add(path, "ptk_two")

    add(path, "ptk_three", now=NOW + 2 * DAY_S)

    assert hashes(path) == [hash_of("ptk_three")]


def test_rights_of_a_known_name_are_not_changed(tmp_path: Path) -> None:
    """Who adds a second key with other rights is told where rights are changed."""
    path = tmp_path / "keys.toml"
    add(path, "ptk_one", owners=("solveig",))

    with pytest.raises(KeysFileError, match="has rights already"):
        add(path, "ptk_two", owners=("nordlys",))


def test_comments_and_other_names_survive(tmp_path: Path) -> None:
    """What a person wrote stays where it is."""
    path = tmp_path / "keys.toml"
    path.write_text("# ours\n[keys.other]\nowners = ['x'] # why\n")

    add(path, "ptk_one")
    revoke_key(path, "site")

    text = path.read_text()
    assert "# ours" in text
    assert "# why" in text
    assert read_document(text).keys["other"].owners == ("x",)


def test_comments_among_the_secrets_survive(tmp_path: Path) -> None:
    """What is said of one secret stays when another is added, and goes with it."""
    path = tmp_path / "keys.toml"
    one, two = hash_of("ptk_one"), hash_of("ptk_two")
    path.write_text(
        "[keys.site] # ours\nsecrets = [\n    # the build machine's\n"
        f'    {{ hash = "{one}" }}, # until March\n    {{ hash = "{two}" }}, # the old one\n]\n'
        "# the end\n"
    )

    revoke_key(path, "site", which=two)
    add(path, "ptk_three")

    assert hashes(path) == [one, hash_of("ptk_three")]
    text = path.read_text()
    assert [each in text for each in ("# ours", "build machine's", "until March", "# the end")] == [
        True
    ] * 4
    assert "the old one" not in text


def test_secrets_with_headings_of_their_own_are_edited_too(tmp_path: Path) -> None:
    """TOML has two ways to write a list of tables."""
    path = tmp_path / "keys.toml"
    heads = "".join(f'[[keys.site.secrets]]\nhash = "{hash_of(key)}"\n' for key in ("a", "b"))
    path.write_text(f"[keys.site]\nowners = ['x']\n{heads}[keys.other]\nowners = ['y']\n")

    revoke_key(path, "site", which=hash_of("a"))
    add(path, "ptk_three")

    assert hashes(path) == [hash_of("b"), hash_of("ptk_three")]
    assert read_document(path.read_text()).keys["other"].owners == ("y",)


def test_many_at_once_lose_nothing(tmp_path: Path) -> None:
    """Each waits for the one before it."""
    path = tmp_path / "keys.toml"
    names = [f"n{number}" for number in range(16)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: add(path, f"ptk_{name}", name=name), names))

    assert sorted(read_document(path.read_text()).keys) == sorted(names)
    assert all(hashes(path, name) == [hash_of(f"ptk_{name}")] for name in names)


def test_the_file_stays_where_and_whose_it_is(tmp_path: Path) -> None:
    """A link to it stays a link; edited by root it is still for Portico's user to read."""
    path, link = tmp_path / "real.toml", tmp_path / "keys.toml"
    link.symlink_to(path)
    if os.geteuid() == 0:
        os.chown(tmp_path, NOBODY_ID, NOBODY_ID)

    add(link, "ptk_one")
    add(link, "ptk_two")

    assert link.is_symlink()
    assert hashes(path) == [hash_of("ptk_one"), hash_of("ptk_two")]
    assert {each.stat().st_uid for each in tmp_path.glob("real*")} == {tmp_path.stat().st_uid}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_revoking_takes_all_secrets_and_leaves_the_rights(tmp_path: Path) -> None:
    """A name without secrets can be given a key again."""
    path = tmp_path / "keys.toml"
    add(path, "ptk_one", owners=("solveig",))
    add(path, "ptk_two")

    assert revoke_key(path, "site") == 2

    assert hashes(path) == []
    assert read_document(path.read_text()).keys["site"].owners == ("solveig",)


def test_one_secret_is_revoked_by_the_beginning_of_its_hash(tmp_path: Path) -> None:
    """After changing over the old secret goes alone."""
    path = tmp_path / "keys.toml"
    add(path, "ptk_one")
    add(path, "ptk_two")

    revoke_key(path, "site", which=hash_of("ptk_one").removeprefix("sha256:")[:8])

    assert hashes(path) == [hash_of("ptk_two")]


@pytest.mark.parametrize(
    ("name", "which", "said"),
    [("nobody", None, "no key called nobody"), ("site", "ffff", "no secret whose hash")],
)
def test_what_is_not_there_cannot_be_revoked(
    tmp_path: Path, name: str, which: str | None, said: str
) -> None:
    """A slip is told, and changes nothing."""
    path = tmp_path / "keys.toml"
    add(path, "ptk_one")
    before = path.read_text()

    with pytest.raises(KeysFileError, match=said):
        revoke_key(path, name, which=which)

    assert path.read_text() == before


@pytest.mark.parametrize("content", [b"[keys.site\n", b"# \xe6\n", b"[keys.site]\nowner = ''\n"])
def test_a_broken_file_is_not_touched(tmp_path: Path, content: bytes) -> None:
    """What cannot be read is not written over."""
    path = tmp_path / "keys.toml"
    path.write_bytes(content)

    with pytest.raises(KeysFileError):
        add(path, "ptk_one")

    assert path.read_bytes() == content
