"""The public documents of the aggregates: what `/v1` answers, field by field, as OpenAPI shows it.

Built only by `fold.py`. Texts are GitHub's or people's own and may hold anything; a field whose
format is `uri` holds an http(s) URL or null, so it can be made a link. Instants are in UTC.
Every document made of several answers says in `parts` how each came about, and in `complete`
whether all are there.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from portico.portfolio.stated import StatedName

WebUrl: TypeAlias = Annotated[str, Field(json_schema_extra={"format": "uri"})]
PartStateName: TypeAlias = Literal["fresh", "stale", "partial", "pending", "missing"] | StatedName


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True)


class PartFailure(_Document):
    """One call that failed."""

    name: str = Field(description="The call, e.g. `repos/2` or `languages/octo/hello`.")
    code: str = Field(description="The kind of failure, as in the `code` of a problem.")
    reason: str = Field(description="What happened, in plain words.")


class PartState(_Document):
    """How one part of a document came about. A part is made of one call to GitHub or many."""

    name: str = Field(
        description="What of the document it is: `user`, `repos`, `repo`, `languages`, `stars` …"
    )
    state: PartStateName = Field(
        description="`fresh`: all there. `stale`: all there, some of it older than it should be: "
        "it is being renewed, or GitHub fails. `partial`: some calls failed. `pending`: not there "
        "yet; ask again in a moment. `missing`: nothing is there. Stated by GitHub, so that asking "
        "again changes nothing: `empty`: there is nothing in it, as in a repository without a "
        "commit. `absent`: there is no such thing. `off`: it is switched off. `too_large`: it is "
        "too large for GitHub to show. `refused`: the credential may not see it. `gone`: it was "
        "there. `blocked`: GitHub may not show it for legal reasons."
    )
    age_s: int | None = Field(
        description="Seconds since GitHub last confirmed the oldest answer; null without any."
    )
    asked: int = Field(description="How many calls it is made of.")
    failed: int = Field(description="How many of them failed or are not there yet.")
    modes: dict[str, int] = Field(
        description="How the answers were made, and how many each way: `hit` (stored, fresh), "
        "`stale` (stored, being renewed), `revalidated` (GitHub said: unchanged), `changed`, "
        "`miss`, `coalesced` (shared with another caller), `rescued` (stored, as GitHub failed)."
    )
    reason: str | None = Field(description="Why it is not all there; null where it is.")
    retry_after_s: int | None = Field(
        description="In how many seconds to ask again for what is not there; null if not known."
    )
    failures: list[PartFailure] = Field(description="The first ten calls that failed, by name.")
    failures_not_listed: int = Field(description="How many more failed.")


class Reduction(_Document):
    """Something that was left out or simplified on purpose."""

    part: str = Field(description="What is reduced, e.g. `languages`.")
    reason: str = Field(description="Why, and what would change it.")


class Composed(_Document):
    """What every document made of several answers tells about itself."""

    complete: bool = Field(
        description="Whether all that there is is there: every part is `fresh` or `stale`, or is "
        "`empty`, `absent` or `off`, where there is nothing to be had."
    )
    reduced: list[Reduction] = Field(
        description="What was left out on purpose; `complete` does not speak of it."
    )
    parts: list[PartState] = Field(description="How each part came about.")


class User(_Document):
    """A user or an organisation."""

    login: str = Field(description="The name in URLs.")
    id: int = Field(description="GitHub's number; it survives a change of login.")
    kind: str = Field(description="`user`, `organization` or `bot`.")
    name: str | None = Field(description="The name shown on the profile.")
    company: str | None = Field(description="As entered; any text.")
    blog: str | None = Field(description="The website as entered; any text.")
    blog_url: WebUrl | None = Field(description="The website, if it is an http(s) URL.")
    location: str | None = Field(description="As entered; any text.")
    bio: str | None = Field(description="As entered; any text.")
    twitter_username: str | None = Field(description="As entered; any text.")
    avatar_url: WebUrl | None = Field(description="The picture of the profile.")
    html_url: WebUrl | None = Field(description="The profile on GitHub.")
    public_repositories: int = Field(description="Public repositories, forks included.")
    public_gists: int = Field(description="Public gists.")
    followers: int = Field(description="How many follow this account.")
    following: int = Field(description="How many this account follows.")
    created_at: datetime = Field(description="When the account was made.")
    updated_at: datetime = Field(description="When the profile last changed.")


class Organization(_Document):
    """An organisation. Its members are not shown."""

    login: str = Field(description="The name in URLs.")
    id: int = Field(description="GitHub's number; it survives a change of login.")
    name: str | None = Field(description="The name shown on the profile.")
    description: str | None = Field(description="As entered; any text.")
    company: str | None = Field(description="As entered; any text.")
    blog: str | None = Field(description="The website as entered; any text.")
    blog_url: WebUrl | None = Field(description="The website, if it is an http(s) URL.")
    location: str | None = Field(description="As entered; any text.")
    twitter_username: str | None = Field(description="As entered; any text.")
    is_verified: bool = Field(description="Whether GitHub has verified that its domain is its own.")
    avatar_url: WebUrl | None = Field(description="The picture of the profile.")
    html_url: WebUrl | None = Field(description="The profile on GitHub.")
    public_repositories: int = Field(description="Public repositories, forks included.")
    followers: int = Field(description="How many follow this account.")
    created_at: datetime = Field(description="When the account was made.")
    updated_at: datetime = Field(description="When the profile last changed.")


class Repository(_Document):
    """A repository."""

    full_name: str = Field(description="`owner/name`.")
    name: str = Field(description="The name without its owner.")
    owner: str = Field(description="The owner's login.")
    id: int = Field(description="GitHub's number; it survives a change of name.")
    description: str | None = Field(description="As entered; any text.")
    html_url: WebUrl | None = Field(description="The repository on GitHub.")
    homepage: str | None = Field(description="The website as entered; any text.")
    homepage_url: WebUrl | None = Field(description="The website, if it is an http(s) URL.")
    language: str | None = Field(description="The language with the most bytes.")
    topics: list[str] = Field(description="Its topics, in GitHub's order.")
    license: str | None = Field(
        description="SPDX identifier; `NOASSERTION` for a licence that GitHub does not recognise."
    )
    stars: int = Field(description="How many people starred it.")
    forks: int = Field(description="How often it was forked.")
    open_issues_and_pulls: int = Field(
        description="Open issues and open pull requests together: GitHub counts them as one."
    )
    size_kib: int = Field(description="Size of the Git repository in KiB, updated now and then.")
    fork: bool = Field(description="Whether it is a fork itself.")
    archived: bool = Field(description="Whether it is read-only.")
    disabled: bool = Field(description="Whether GitHub has switched it off.")
    private: bool = Field(description="Whether only some may see it.")
    default_branch: str = Field(description="The branch that is shown first.")
    created_at: datetime | None = Field(description="When it was made.")
    pushed_at: datetime | None = Field(description="The last push to any branch.")
    updated_at: datetime | None = Field(description="The last change of the repository's data.")


class RepositoryDetails(Repository):
    """A repository, with what GitHub tells only of a single one."""

    watchers: int | None = Field(description="Who is notified of its events. Not the stars.")
    network: int | None = Field(description="Repositories in its network of forks.")
    parent: str | None = Field(description="`owner/name` that it was forked from.")
    source: str | None = Field(description="`owner/name` at the root of its network of forks.")
    has_issues: bool = Field(description="Whether issues are switched on.")
    has_wiki: bool = Field(description="Whether the wiki is switched on.")
    has_discussions: bool = Field(description="Whether discussions are switched on.")
    renamed_from: str | None = Field(
        description="The `owner/name` that was asked for, where it has another one today; it was "
        "renamed or moved to another owner."
    )


class RepositoryPage(Composed):
    """Some of an owner's public repositories."""

    items: list[Repository] = Field(description="Those of this page, in the order asked for.")
    total: int | None = Field(
        description="How many there are on all pages; null while some are not known."
    )
    next: str | None = Field(description="The `cursor` of the next page; null on the last one.")


class LanguageShare(_Document):
    """One language."""

    name: str = Field(description="As GitHub's Linguist calls it.")
    bytes: int | None = Field(description="Bytes of code; null where repositories were counted.")
    share: float = Field(description="Between 0 and 1, to four decimals, of what was counted.")
    repositories: int = Field(description="In how many repositories it was found.")


class LanguageSummary(_Document):
    """The languages of an owner's public repositories. Forks do not count: most is others' code."""

    counted: Literal["bytes", "repositories"] = Field(
        description="`bytes` of code, or `repositories` by their main language."
    )
    items: list[LanguageShare] = Field(description="The most used first.")
    total_bytes: int | None = Field(
        description="Bytes of code; null where repositories were counted."
    )
    repositories: int = Field(description="How many repositories were looked at.")


class Languages(LanguageSummary, Composed):
    """The languages of an owner's public repositories. Forks do not count: most is others' code."""


class Totals(_Document):
    """Sums over all public repositories, forks and archived ones included."""

    repositories: int = Field(description="All of them.")
    forked_from_others: int = Field(description="Repositories that are forks.")
    archived: int = Field(description="Repositories that are read-only.")
    stars: int = Field(description="How often they were starred.")
    forks: int = Field(description="How often they were forked.")
    open_issues_and_pulls: int = Field(description="Open issues and open pull requests together.")
    size_kib: int = Field(description="Size of the Git repositories in KiB.")


class Portfolio(Composed):
    """A whole picture of a user or an organisation. A part that is missing is null, not empty."""

    user: User | None = Field(description="Whose portfolio it is.")
    totals: Totals | None = Field(description="Over those repositories that are known.")
    languages: LanguageSummary | None = Field(description="Of those repositories that are known.")
    repositories: list[Repository] | None = Field(description="The last pushed to first.")


class OrganizationPortfolio(Composed):
    """A whole picture of an organisation. A part that is missing is null, not empty."""

    organization: Organization | None = Field(description="Whose portfolio it is.")
    totals: Totals | None = Field(description="Over those repositories that are known.")
    languages: LanguageSummary | None = Field(description="Of those repositories that are known.")
    repositories: list[Repository] | None = Field(description="The last pushed to first.")
