"""The entry of an open data set in a catalogue of open data: DCAT 3 / DCAT-AP as JSON-LD."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from typing import Any

from reports.open_data.releases import Edition
from weisu.settings import LANGUAGES, OpenData
from weisu.texts import text

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/", "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#", "xsd": "http://www.w3.org/2001/XMLSchema#",
}  # fmt: skip
CSV = "https://www.iana.org/assignments/media-types/text/csv"


def catalogue_entry(edition: Edition, terms: OpenData, files: Mapping[str, tuple[str, int]]) -> dict[str, Any]:
    """The data set and its files.

    Args:
        files: name -> SHA-256 (hex) and size in bytes.
    """
    about, months = edition.about, edition.release.months
    cities = {"zh": about["city_name"], "en": about["city_name_en"] or about["city_name"]}
    publishers = {"zh": terms.publisher or cities["zh"], "en": terms.publisher_en or terms.publisher or cities["en"]}
    last_day = calendar.monthrange(edition.year, int(months[-1][5:]))[1]
    entry = {
        "@context": CONTEXT,
        "@type": "dcat:Dataset",
        "dct:title": _both("title", cities, edition),
        "dct:description": _both("synthetic_description" if about["is_synthetic"] else "description", cities, edition),
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": _languages(publishers)},
        "dct:spatial": {"@type": "dct:Location", "dct:title": _languages(cities)},
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _day(f"{months[0]}-01"),
            "dcat:endDate": _day(f"{months[-1]}-{last_day:02}"),
        },
        "dct:modified": _day(str(about["as_of_on"])),
        "dcat:version": str(edition.version),
        "dcat:distribution": [_distribution(name, *file, terms) for name, file in files.items()],
    }
    return entry | _licence(terms)


def _both(key: str, cities: Mapping[str, str], edition: Edition) -> list[dict[str, str]]:
    return _languages({x: text(f"opendata.{key}", x, city=cities[x], year=edition.year) for x in LANGUAGES})


def _languages(values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"@language": lang, "@value": value} for lang, value in values.items()]


def _day(day: str) -> dict[str, str]:
    return {"@type": "xsd:date", "@value": day}


def _licence(terms: OpenData) -> dict[str, Any]:
    return {"dct:license": {"@id": terms.licence}} if terms.licence else {}


def _distribution(name: str, digest: str, size: int, terms: OpenData) -> dict[str, Any]:
    made = {
        "@type": "dcat:Distribution",
        "dct:title": name,
        "dcat:accessURL": {"@id": name},
        "dcat:downloadURL": {"@id": name},
        "dcat:mediaType": {"@id": CSV},
        "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(size)},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": {"@type": "xsd:hexBinary", "@value": digest},
        },
    }
    return made | _licence(terms)
