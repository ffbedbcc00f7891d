"""Which agencies does Sweden have? registry/sverige.toml, made by `python -m crawler.sweden list.csv`.

What the list has, and what is known besides, is told in registry/README.md. Nothing is fetched.
"""

import csv
import json
import re
import sys
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import phonenumbers

from crawler.registry import Registry, load_registry

FOLDER = Path(__file__).resolve().parent.parent / "registry"
MADE = FOLDER / "sverige.toml"
_DELAY = 2.0
_CAPITALS = re.compile(r"[^a-zà-öø-ÿ]*[A-ZÅÄÖ]{2}[^a-zà-öø-ÿ]*")
_SECOND_ROLE = re.compile(r"\s+O(?:CH)? (?:MARK|MIGRATION|PATENT).*")
"""Courts that are land courts or migration courts as well: it is the same site."""
_UNKNOWN_YEAR = ""


@dataclass(frozen=True)
class _Entry:
    """An agency to be. `paths`: where on its host it begins; `year`: of which year its host is known."""

    kind: str
    name: str
    host: str
    year: str
    phone: str = ""
    email: str = ""
    paths: tuple[str, ...] = ("/",)
    short_name: str = ""
    code: str = ""
    county: str = ""
    corrected: bool = False
    owns_host: bool = False
    id: str = ""
    others: tuple[str, ...] = field(default=())


def build(rows: Iterable[Mapping[str, str]]) -> str:
    """The registry as TOML, of the rows of the list."""
    corrections = tomllib.loads((FOLDER / "corrections.toml").read_text("utf-8"))
    with (FOLDER / "codes.tsv").open(encoding="utf-8", newline="") as file:
        codes = {row["name"]: row["code"] for row in csv.DictReader(file, delimiter="\t")}
    capital = {word.lower(): word for word in (*corrections["words"]["capital"], *_places(codes))}
    known = {one["match"]: one for one in corrections["agency"] if one["match"]}
    added = [one for one in corrections["agency"] if not one["match"]]
    entries = [_entry(row, known.get(row["name"].strip(), {}), capital) for row in rows]
    entries += [_Entry(year=_UNKNOWN_YEAR, **{k: v for k, v in one.items() if k != "match"}) for one in added]
    placed = [_placed(entry, codes) for entry in _one_a_host(entries)]
    regions = {entry.county: _id(entry) for entry in placed if entry.kind == "region"}
    order = {"municipality": 0, "region": 1, "state": 2}
    placed.sort(key=lambda entry: (order[entry.kind], _id(entry)))
    head = (
        "# The public agencies of Sweden, as far as they are known here: made by python -m crawler.sweden.\n"
        "# Mend it there (registry/README.md), or copy what you need into your own agencies.toml.\n"
        "# NOT VERIFIED: it was made without a network, and no host was asked.\n"
    )
    return head + "".join(
        _written(entry, regions.get(entry.code[:2], ""), number) for number, entry in enumerate(placed)
    )


def _places(codes: Mapping[str, str]) -> list[str]:
    # Names of one word, and no everyday words ("mark", "vara"): they stand in names of courts and schools.
    names = [name for name in codes if len(name) > 4 and " " not in name]
    return [*names, *(f"{name}s" for name in names)]


def _entry(row: Mapping[str, str], correction: Mapping[str, Any], capital: Mapping[str, str]) -> _Entry:
    written = row["host"].strip()
    host, slash, path = written.removeprefix("https://").removeprefix("http://").partition("/")
    moved = "host" in correction
    entry = _Entry(
        kind=row["kind"],
        name=_name(" ".join(row["name"].split()), capital),
        host=host.lower(),
        year=row["year"],
        phone=_phone(row["phone"]),
        # An address of a domain that was left is of no use.
        email="" if moved or "@" not in row["email"] else row["email"].strip().lower(),
        paths=(slash + path or "/",),
    )
    changes = {key: value for key, value in correction.items() if key != "match"}
    return replace(entry, corrected=moved, **changes)


def _name(name: str, capital: Mapping[str, str]) -> str:
    """A name as people write it, of one that the list has in capitals throughout."""
    if not _CAPITALS.fullmatch(name):
        return name
    words = _SECOND_ROLE.sub("", name).lower().split(" ")
    words = [capital.get(word.strip(","), word) for word in words]
    first = words[0]
    return " ".join([first[:1].upper() + first[1:], *words[1:]])


def _phone(written: str) -> str:
    """A phone number as Swedes write it; empty where it is none."""
    if not written.strip():
        return ""
    try:
        number = phonenumbers.parse(written, "SE")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    digits = re.sub(r"\D", "", national)
    # Numbers at one price from everywhere: the library groups them as if 077 were a town.
    return f"0771-{digits[4:7]} {digits[7:]}" if re.fullmatch(r"0771\d{6}", digits) else national


def _one_a_host(entries: Iterable[_Entry]) -> list[_Entry]:
    """One entry a host, as a crawl has it: the agency whose site it is, with those that have pages there."""
    hosts: dict[str, list[_Entry]] = {}
    for entry in entries:
        hosts.setdefault(_bare(entry.host), []).append(entry)
    owners = []
    for sharing in hosts.values():
        owner = min(sharing, key=lambda entry: (not entry.owns_host, entry.paths != ("/",)))
        others = [entry for entry in sharing if entry is not owner]
        paths = dict.fromkeys(path for entry in (owner, *others) for path in entry.paths)
        others_told = tuple(entry.name for entry in others)
        owners.append(replace(owner, paths=tuple(paths), others=others_told))
    return owners


def _placed(entry: _Entry, codes: Mapping[str, str]) -> _Entry:
    """A municipality with its code and its name alone."""
    if entry.kind != "municipality":
        return entry
    plain = re.sub(r" (kommun|stad|Stad)$", "", entry.name)
    short = entry.short_name or next(name for name in (plain, plain.removesuffix("s")) if name in codes)
    return replace(entry, short_name=short, code=codes[short])


def _id(entry: _Entry) -> str:
    if entry.id:
        return entry.id
    name = entry.short_name if entry.kind == "municipality" else entry.name
    folded = unicodedata.normalize("NFKD", name.lower().replace("&", "och"))
    return re.sub(r"[^a-z0-9]+", "-", "".join(c for c in folded if not unicodedata.combining(c))).strip("-")[
        :63
    ]


def _bare(host: str) -> str:
    """A host without what commonly stands before a site's name."""
    return re.sub(r"^(www\d?|start|portal)\.", "", host)


def _hosts(host: str) -> list[str]:
    """The host, and the others that a site of its name mostly answers on."""
    bare = _bare(host)
    return list(dict.fromkeys([host, f"www.{bare}", bare] if bare.count(".") == 1 else [host]))


def _written(entry: _Entry, region: str, number: int) -> str:
    hosts = _hosts(entry.host)
    home = f"https://{entry.host}/"
    seeds = [f"https://{entry.host}{path}" for path in entry.paths]
    if entry.host not in {f"www.{_bare(entry.host)}", _bare(entry.host)}:
        # A server's name of that time: the site's own name is the likelier one today.
        home = f"https://www.{_bare(entry.host)}/" if len(hosts) > 1 else home
        seeds = list(dict.fromkeys([home, *seeds]))
    lines = [
        "",
        f"# Not verified: {_why(entry)}.",
        *([f"# Also here: {', '.join(entry.others)}."] if entry.others else []),
        "[[agency]]",
        f"id = {_toml(_id(entry))}",
        f"name = {_toml(entry.name)}",
    ]
    if entry.short_name:
        lines.append(f"short_name = {_toml(entry.short_name)}")
    lines.append(f"kind = {_toml(entry.kind)}")
    if entry.code:
        lines.append(f"municipality_code = {_toml(entry.code)}")
    if region:
        lines.append(f"region = {_toml(region)}")
    contact = {"switchboard": entry.phone, "email": entry.email, "web": home}
    told = ", ".join(f"{name} = {_toml(value)}" for name, value in contact.items() if value)
    lines += [
        f"seeds = {_toml(seeds)}",
        f"hosts = {_toml(hosts)}",
        f"delay = {_DELAY}",
        # Over the night, so that one crawler's machine has the same work at any time.
        f'schedule = "weekly {(20 + number % 10) % 24:02}:{number * 7 % 60:02}"',
        f"contact = {{ {told} }}",
        "",
    ]
    return "\n".join(lines)


def _why(entry: _Entry) -> str:
    if entry.year == _UNKNOWN_YEAR:
        return "not in the list, name and host from common knowledge, contacts unknown"
    host = "name and host from common knowledge" if entry.corrected else f"host of {entry.year}"
    contacts = f"switchboard of {entry.year}" if entry.phone or entry.email else "contacts unknown"
    return f"{host}, {contacts}, not asked"


def _toml(value: str | list[str]) -> str:
    """A string, or a list of them, as TOML writes it: JSON's way is TOML's too."""
    return json.dumps(value, ensure_ascii=False)


def read_list(path: Path) -> list[dict[str, str]]:
    """The rows of the list of agencies."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def main() -> int:
    """Make the registry, and validate it as the program does."""
    if len(sys.argv) != 2:
        sys.stderr.write("usage: python -m crawler.sweden agencies.csv\n")
        return 2
    MADE.write_text(build(read_list(Path(sys.argv[1]))), "utf-8")
    registry: Registry = load_registry(MADE)
    sys.stdout.write(f"{MADE}: {len(registry)} agencies\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
