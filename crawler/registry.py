"""Who takes part? agencies.toml, validated whole: every problem at once, each with its place."""

import ipaddress
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from crawler.errors import RegistryError, UnknownAgencyError
from crawler.record import CanonicalUrl, Doctype
from crawler.site_rules import SiteRules
from crawler.urls import canonicalise

_MAX_REGISTRY_BYTES = 8_000_000


class AgencyKind(StrEnum):
    """Which level of the public sector an agency belongs to."""

    MUNICIPALITY = "municipality"
    REGION = "region"
    STATE = "state"
    OTHER = "other"


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class AgencyContact(_Entry):
    """How to reach the agency as a whole: the answer when no better contact is known."""

    switchboard: str = ""
    email: str = ""
    web: Annotated[str, Field(pattern=r"^(https?://\S+)?$")] = ""


class DoctypeHint(_Entry):
    """The agency's own word on what its pages are: a URL path pattern (* is any run) and a doctype."""

    pattern: Annotated[str, Field(min_length=1)]
    doctype: Doctype
    needs_eid: bool | None = None


class Render(StrEnum):
    """When a page is rendered by a browser before it is read."""

    NEVER = "never"
    WHEN_EMPTY = "when-empty"
    ALWAYS = "always"


_QUIET = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
_PARAMETER = re.compile(r"[^&=?#\s*\ud800-\udfff]+\*?")
_PROXY = re.compile(r"http://[^@\s/?#]+/?")
_MINUTES_A_DAY = 24 * 60

_HOST = re.compile(
    r"^(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"
)
_SCHEDULE = re.compile(r"^(never|hourly|(daily|weekly|monthly)( ([01]\d|2[0-3]):[0-5]\d)?)$")
Host = Annotated[str, Field(min_length=1)]


class Agency(_Entry):
    """An entry of the registry. Its fields:

    - `id` (a-z, 0-9 and hyphens: in the store, in addresses), `name`, `short_name` (the name where it is
      empty), `kind`, `municipality_code` (SCB's four digits), `region` (the id of the region that a
      municipality lies in), `languages` (ISO 639-1 codes), `contact` (how to reach the agency as a whole).
    - `seeds`: absolute addresses where a crawl begins. `hosts`: the agency's hosts; the seeds' hosts are
      added by themselves. `aliases`: hosts that show the same site under another name, alias to name
      ("kommun.se" = "www.kommun.se"); the name is one of the hosts, the alias is the agency's too, and is
      never asked.
    - `allow`, `deny`: patterns for the URL path with its query (* is any run of characters; a pattern matches
      from the path's start, as in robots.txt); deny wins. `hints`: what the agency says its pages are.
    - `delay`: seconds between two requests to one host. `concurrency`: requests under way to one host.
      `daily_requests`: requests to one host a day at most; 0 for no limit. `quiet_hours`: times of the day,
      Swedish time, in which its hosts are not asked: "07:00-09:30", over midnight "22:00-06:00".
    - `max_pages`: a limit for one crawl run. `max_depth`: the links from a seed. `schedule`: "never",
      "hourly", or "daily", "weekly", "monthly" with an optional time ("daily 03:30").
    - Which writings of an address are the same page, on the agency's own hosts only (see `canonical`):
      `drop_parameters` (names of parameters that choose no content, in any case, * at the end for all that
      begin so: "sv.target", "print*"), `prefer_https` (http and https show the same, so that every address
      on the default ports is asked for by https), `ignore_case` (upper and lower case of paths mean the same,
      as on Windows servers; asked for in lower case), `ignore_trailing_slash` (/bygga/ is /bygga, asked for
      without). What is not said here is learned, see crawler/fetch/learned.py.
    - `render`: whether a browser runs a page's scripts before it is read: "never", "when-empty" (the page as
      it came has no text), "always". `proxy`: an HTTP proxy for this agency alone ("http://proxy:3128"),
      without user name; empty for the environment's.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
    name: Annotated[str, Field(min_length=1, max_length=200)]
    short_name: str = ""
    kind: AgencyKind
    municipality_code: Annotated[str, Field(pattern=r"^(\d{4})?$")] = ""
    region: str = ""
    seeds: Annotated[tuple[str, ...], Field(min_length=1)]
    hosts: tuple[Host, ...] = ()
    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    delay: Annotated[float, Field(ge=0, le=600)] = 1.0
    concurrency: Annotated[int, Field(ge=1, le=16)] = 1
    max_pages: Annotated[int, Field(ge=1, le=5_000_000)] = 50_000
    max_depth: Annotated[int, Field(ge=0, le=100)] = 20
    schedule: str = "daily"
    languages: tuple[Annotated[str, Field(pattern=r"^[a-z]{2,3}$")], ...] = ("sv",)
    contact: AgencyContact = AgencyContact()
    hints: tuple[DoctypeHint, ...] = ()
    quiet_hours: tuple[str, ...] = ()
    daily_requests: Annotated[int, Field(ge=0)] = 0
    drop_parameters: tuple[str, ...] = ()
    aliases: dict[Host, Host] = {}
    prefer_https: bool = False
    ignore_case: bool = False
    ignore_trailing_slash: bool = False
    render: Render = Render.NEVER
    proxy: str = ""

    def __hash__(self) -> int:
        return hash(self.id)

    @field_validator("seeds")
    @classmethod
    def _seeds_are_urls(cls, seeds: tuple[str, ...]) -> tuple[str, ...]:
        for seed in seeds:
            parts = urlsplit(seed)
            if parts.scheme not in {"http", "https"} or not parts.hostname:
                raise ValueError(f"{seed!r} is not an absolute http or https address")
            if parts.username or parts.password:
                raise ValueError(f"{seed!r} carries a user name; a registry must hold no secrets")
            canonicalise(seed)
        return seeds

    @field_validator("name", "short_name")
    @classmethod
    def _names_are_one_line(cls, name: str) -> str:
        if not name.isprintable():
            raise ValueError(f"{name!r} has signs that can't be shown")
        return name

    @field_validator("hosts", mode="before")
    @classmethod
    def _hosts_are_names(cls, hosts: Any) -> Any:
        if not isinstance(hosts, (list, tuple)):
            return hosts
        return [_host_name(host) for host in hosts]

    @field_validator("aliases", mode="before")
    @classmethod
    def _aliases_are_names(cls, aliases: Any) -> Any:
        if not isinstance(aliases, dict):
            return aliases
        named = {_host_name(alias): _host_name(host) for alias, host in aliases.items()}
        for alias, host in named.items():
            if alias == host:
                raise ValueError(f"{alias!r} is an alias of itself")
            if host in named:
                raise ValueError(
                    f"{alias!r} leads to {host!r}, an alias too; write the name that is asked for"
                )
        return named

    @field_validator("quiet_hours")
    @classmethod
    def _quiet_hours_leave_time(cls, spans: tuple[str, ...]) -> tuple[str, ...]:
        quiet: set[int] = set()
        for span in spans:
            clock = _QUIET.fullmatch(span)
            if not clock:
                raise ValueError(f'{span!r} is not a span of hours; write "07:00-09:30"')
            first, last = (int(clock[n]) * 60 + int(clock[n + 1]) for n in (1, 3))
            if first == last:
                raise ValueError(f"{span!r} begins when it ends")
            length = (last - first) % _MINUTES_A_DAY
            quiet.update((first + n) % _MINUTES_A_DAY for n in range(length))
        if len(quiet) == _MINUTES_A_DAY:
            raise ValueError('no time is left to crawl in; for no crawls, write schedule = "never"')
        return spans

    @field_validator("drop_parameters")
    @classmethod
    def _parameters_are_names(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if not _PARAMETER.fullmatch(name):
                raise ValueError(
                    f'{name!r} is not the name of a parameter; write "sv.target", or "print*" for all that '
                    "begin so"
                )
        return names

    @field_validator("proxy")
    @classmethod
    def _proxy_holds_no_secret(cls, proxy: str) -> str:
        if "@" in proxy:
            raise ValueError("carries a user name; a registry must hold no secrets")
        if proxy:
            if not _PROXY.fullmatch(proxy):
                raise ValueError(f'{proxy!r} is not an HTTP proxy; write "http://proxy.example:3128"')
            canonicalise(proxy)
        return proxy

    @field_validator("allow", "deny")
    @classmethod
    def _patterns_start_at_the_root(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            if not pattern.startswith(("/", "*")):
                raise ValueError(f"{pattern!r} must begin with / or *")
        return patterns

    @field_validator("schedule")
    @classmethod
    def _schedule_is_known(cls, schedule: str) -> str:
        if not _SCHEDULE.match(schedule):
            raise ValueError(
                f'{schedule!r} is not a schedule: write "never", "hourly", "daily", "weekly", "monthly" '
                'or with a time "daily 03:30"'
            )
        return schedule

    @model_validator(mode="after")
    def _whole(self) -> "Agency":
        if self.kind is not AgencyKind.MUNICIPALITY and self.municipality_code:
            raise ValueError("municipality_code is for agencies of kind municipality")
        hosts = [*self.hosts, *(host_of(seed) for seed in self.seeds)]
        for alias, host in self.aliases.items():
            if host not in hosts:
                raise ValueError(
                    f"aliases: {alias!r} leads to {host!r}, which is not among hosts; add it there"
                )
        object.__setattr__(
            self, "hosts", tuple(host for host in dict.fromkeys(hosts) if host not in self.aliases)
        )
        if not self.short_name:
            object.__setattr__(self, "short_name", self.name)
        return self

    def owns(self, url: str) -> bool:
        """Whether the URL's host is one of the agency's own, by its name or an alias."""
        host = host_of(url)
        return host in self.hosts or host in self.aliases

    def canonical(self, url: str) -> CanonicalUrl:
        """The canonical URL, by the rules for every server and, on the agency's own hosts, its additions.

        Raise InvalidUrlError for what is not an absolute http or https URL.
        """
        canonical = canonicalise(url)
        if not (
            self.drop_parameters
            or self.aliases
            or self.prefer_https
            or self.ignore_case
            or self.ignore_trailing_slash
        ) or not self.owns(canonical):
            return canonical
        rules = SiteRules(
            self.drop_parameters,
            self.aliases,
            self.prefer_https,
            self.ignore_case,
            self.ignore_trailing_slash,
        )
        return rules.apply(canonical)

    def admits(self, url: str) -> bool:
        """Whether the registry's allow and deny patterns let the URL be fetched."""
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        if any(_matches(path, pattern) for pattern in self.deny):
            return False
        return not self.allow or any(_matches(path, pattern) for pattern in self.allow)

    def hint_for(self, url: str) -> DoctypeHint | None:
        """The first doctype hint whose pattern fits the URL's path."""
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return next((hint for hint in self.hints if _matches(path, hint.pattern)), None)


def _host_name(host: Any) -> str:
    """A host of the file in its one writing. Raise ValueError, with what to write instead."""
    if not isinstance(host, str):
        raise ValueError(f"{host!r} is not a host name")
    try:
        name = host.strip().rstrip(".").lower().encode("idna").decode("ascii")
    except UnicodeError:
        name = host
    if not _HOST.match(name):
        raise ValueError(f"{host!r} is not a host name (write it without scheme, port and path)")
    return name


def host_of(url: str) -> str:
    """The host of a URL in lower case and IDNA form, without port; empty where there is none."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    try:
        return host.rstrip(".").encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _matches(path: str, pattern: str) -> bool:
    literal = pattern.replace("[", "[[]").replace("?", "[?]")
    return fnmatchcase(path, literal.removesuffix("$") if literal.endswith("$") else literal + "*")


class Registry:
    """The participating agencies, in the order of the file."""

    def __init__(self, agencies: Iterable[Agency]) -> None:
        self._agencies = {agency.id: agency for agency in agencies}
        self._hosts = {
            host: agency for agency in self._agencies.values() for host in (*agency.hosts, *agency.aliases)
        }

    def __iter__(self) -> Iterator[Agency]:
        return iter(self._agencies.values())

    def __len__(self) -> int:
        return len(self._agencies)

    def __contains__(self, agency_id: object) -> bool:
        return agency_id in self._agencies

    def __getitem__(self, agency_id: str) -> Agency:
        """Raise UnknownAgencyError, which names the ids that exist, where there is no such agency."""
        try:
            return self._agencies[agency_id]
        except KeyError:
            known = ", ".join(list(self._agencies)[:20])
            raise UnknownAgencyError(f"no agency {agency_id!r} in the registry; it has: {known}") from None

    def of_host(self, host: str) -> Agency | None:
        """The agency that a host belongs to, by its name or an alias."""
        return self._hosts.get(host)

    def canonical(self, url: str) -> CanonicalUrl:
        """The canonical URL by the rules of the agency whose host it is, so that links between agencies meet.

        Raise InvalidUrlError for what is not an absolute http or https URL.
        """
        owner = self.of_host(host_of(url))
        return owner.canonical(url) if owner else canonicalise(url)

    @cached_property
    def kinds(self) -> Mapping[str, AgencyKind]:
        """The kind of every agency, by its id."""
        return {agency.id: agency.kind for agency in self}

    def of_kind(self, kind: AgencyKind) -> tuple[Agency, ...]:
        """The agencies of one kind."""
        return tuple(agency for agency in self if agency.kind is kind)


def load_registry(path: Path) -> Registry:
    """Read and validate agencies.toml. Raise RegistryError with every problem, each with line and agency."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise RegistryError(str(path), [f"cannot be read: {error.strerror}"]) from error
    if len(raw) > _MAX_REGISTRY_BYTES:
        raise RegistryError(str(path), [f"is larger than {_MAX_REGISTRY_BYTES} bytes"])
    try:
        text = raw.decode("utf-8-sig")  # (Windows' editors write a mark at the beginning)
        document = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise RegistryError(str(path), [f"is not UTF-8 (byte {error.start})"]) from error
    except tomllib.TOMLDecodeError as error:
        raise RegistryError(str(path), [f"is not TOML: {error}"]) from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits; brackets without end
        raise RegistryError(str(path), [f"holds what no registry needs: {error}"]) from error
    return _validate(str(path), text, document)


def _validate(path: str, text: str, document: dict[str, Any]) -> Registry:
    problems: list[str] = []
    places = _Places(text)
    for key in document:
        if key != "agency":
            problems.append(
                f"line {places.of_top(key)}: unknown key {key!r}; agencies stand under [[agency]]"
            )
    entries = document.get("agency", [])
    if not isinstance(entries, list):
        raise RegistryError(path, [f"line {places.of_top('agency')}: write [[agency]], with double brackets"])
    if not all(isinstance(entry, dict) for entry in entries):
        raise RegistryError(path, [f"line {places.of_top('agency')}: an agency is a table; write [[agency]]"])
    if not entries:
        problems.append("has no [[agency]] entry")
    agencies: list[Agency] = []
    for number, entry in enumerate(entries):
        name = entry.get("id") or entry.get("name") or f"entry {number + 1}"
        try:
            agencies.append(Agency.model_validate(entry))
        except ValidationError as error:
            for problem in error.errors(include_url=False):
                where = [str(part) for part in problem["loc"]]
                message = problem["msg"].removeprefix("Value error, ")
                key, colon, _ = message.partition(": ")  # (a problem between fields names the one to change)
                line = places.of(number, where[0] if where else key if colon and key.isidentifier() else "")
                problems.append(f"line {line}: agency {name!r}: {'.'.join(where) or 'entry'}: {message}")
    problems += _across(agencies, entries, places)
    if problems:
        raise RegistryError(path, problems)
    return Registry(agencies)


def _across(agencies: list[Agency], entries: list[dict[str, Any]], places: "_Places") -> list[str]:
    """Problems that no single entry shows: an id or a host used twice, a region that is not there."""
    problems: list[str] = []
    last_of = {entry.get("id"): n for n, entry in enumerate(entries) if isinstance(entry.get("id"), str)}
    number_of = {id(agency): last_of.get(agency.id, 0) for agency in agencies}
    seen: dict[str, Agency] = {}
    hosts: dict[str, Agency] = {}
    for agency in agencies:
        number = number_of.get(id(agency), 0)
        if agency.id in seen:
            problems.append(f"line {places.of(number, 'id')}: agency id {agency.id!r} is used twice")
        seen.setdefault(agency.id, agency)
        for host in (*agency.hosts, *agency.aliases):
            other = hosts.setdefault(host, agency)
            if other is not agency and other.id != agency.id:
                key, what = ("seeds", "host") if host in map(host_of, agency.seeds) else ("hosts", "host")
                if host in agency.aliases:
                    key, what = "aliases", "alias"
                problems.append(
                    f"line {places.of(number, key)}: agency {agency.id!r}: {what} {host!r} "
                    f"belongs to {other.id!r} already"
                )
    for agency in agencies:
        if agency.region and (agency.region not in seen or seen[agency.region].kind is not AgencyKind.REGION):
            line = places.of(number_of.get(id(agency), 0), "region")
            problems.append(
                f"line {line}: agency {agency.id!r}: region {agency.region!r} "
                "is not the id of an agency of kind region"
            )
    return problems


class _Places:
    """Line numbers of entries and keys, which tomllib does not give."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()
        self._starts = [n for n, line in enumerate(self._lines) if re.match(r"\s*\[\[\s*agency\s*\]\]", line)]

    def of(self, entry: int, key: str) -> int:
        if entry >= len(self._starts):
            return 1
        start = self._starts[entry]
        end = self._starts[entry + 1] if entry + 1 < len(self._starts) else len(self._lines)
        pattern = re.compile(rf"\s*(\[+agency\.)?{re.escape(key)}\b") if key else None
        for number in range(start + 1, end):
            if pattern and pattern.match(self._lines[number]):
                return number + 1
        return start + 1

    def of_top(self, key: str) -> int:
        pattern = re.compile(rf"\s*\[*\s*{re.escape(key)}\b")
        return next((n + 1 for n, line in enumerate(self._lines) if pattern.match(line)), 1)


def is_private_host(host: str) -> bool:
    """Whether a host name, without asking any resolver, stands for a loopback or private address."""
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith((".localhost", ".local", ".internal", ".home.arpa")):
        return True
    return is_private_address(name)


def is_private_address(address: str) -> bool:
    """Whether an IP address is anything but a public one (loopback, private, link-local, reserved …)."""
    try:
        parsed = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return not (mapped or parsed).is_global
