"""The parts of the annual report: the year in three sentences, by month, category and district, and how it was handled.

What was raised in the year is not in it: a publication holds the alerts of its look-back alone.
"""

from __future__ import annotations

from reports.context import Claim, Figure, Paragraph, Section, Table
from reports.material import Material
from reports.queries import handling
from reports.yearbook import Yearbook

WIDTHS = (0.4, 0.2, 0.2, 0.2)
NAMED = 3  # categories in a sentence


def conclusion(m: Material, book: Yearbook) -> Section:
    """The count, what changed most, how it was handled."""
    return _section(m, "conclusion", _count(m, book), _changed(m, book), _rates(m, book, 1))


def months(m: Material, book: Yearbook) -> Section:
    """The busiest and the quietest month, and the table of all."""
    w = m.words
    known = [month for month in book.months if book.value(month=month) is not None]
    said = []
    if len(known) > 1:
        high, low = (pick(known, key=lambda month: book.value(month=month)) for pick in (max, min))
        figures = {
            "high": w.month_number(high), "high_count": book.figures(w, month=high)[0],
            "low": w.month_number(low), "low_count": book.figures(w, month=low)[0],
        }  # fmt: skip
        said.append(w.sentence(w.claim("year.months", **figures)))
    rows = [(w.month_number(month), *book.figures(w, month=month)) for month in book.months]
    return _section(m, "months", *said, tables=(_table(m, book, "month", rows),))


def categories(m: Material, book: Yearbook) -> Section:
    """What people asked for most, and the table of all categories of level 1."""
    w, names = m.words, book.categories
    largest = [name for name in names[:NAMED] if book.value(category=name)]
    items = [w.claim("year.category_item", labels={"category": name}, now=book.figures(w, category=name)[0], share=_share(m, book, name)) for name in largest]  # fmt: skip
    said = [w.sentence(w.listed("year.categories", items))] if items else []
    rows = [(w.word(name), *book.figures(w, category=name)) for name in names]
    return _section(m, "categories", *said, tables=(_table(m, book, "category", rows),))


def districts(m: Material, book: Yearbook) -> Section:
    """The table of districts with its caveat."""
    w = m.words
    if not book.districts:
        return _section(m, "districts", w.sentence(w.claim("areas.none", kind="absence")))
    rows = [(w.word(m.area(key)), *book.figures(w, district=key)) for key in book.districts]
    return _section(m, "districts", w.sentence(w.claim("areas.context")), tables=(_table(m, book, "district", rows),))


def handled(m: Material, book: Yearbook) -> Section:
    """Rates of the year, from the months' counts."""
    return _section(m, "handled", _rates(m, book, len(handling.YEAR_RATES)))


def _section(m: Material, code: str, *claims: Claim, tables: tuple[Table, ...] = ()) -> Section:
    heading = m.words.say(f"heading.annual.{code}")
    return Section(code, heading, tuple(Paragraph((claim,)) for claim in claims), tables=tables)


def _count(m: Material, book: Yearbook) -> Claim:
    w = m.words
    now, before, change = book.figures(w)
    said = [w.claim("year.count", labels={"year": str(book.year)}, now=now)]
    if before.value is not None:
        said.append(w.claim("year.before", before=before))
    is_told = change.value is not None
    said.append(w.claim("year.change", change=change) if is_told else w.claim("year.not_comparable", kind="absence"))
    return w.sentence(*said)


def _changed(m: Material, book: Yearbook) -> Claim:
    """The categories that grew and fell most by reports, of those that are comparable."""
    w, moved = m.words, {}
    for name in book.categories:
        now, before, change = book.figures(w, category=name)
        if change.value is not None:
            moved[name] = now.value - before.value
    grew, fell = (pick(moved, key=moved.__getitem__, default=None) for pick in (max, min))
    told = [_change(m, book, "year.grew", grew)] if grew and moved[grew] > 0 else []
    told += [_change(m, book, "year.fell", fell)] if fell and moved[fell] < 0 else []
    return w.sentence(*told) if told else w.sentence(w.claim("year.no_change", kind="absence"))


def _change(m: Material, book: Yearbook, key: str, name: str) -> Claim:
    now, before, change = book.figures(m.words, category=name)
    return m.words.claim(key, labels={"category": name}, now=now, before=before, change=change)


def _rates(m: Material, book: Yearbook, most: int) -> Claim:
    w, items = m.words, []
    for row in handling.year_rates(m.marts, book.year)[:most]:
        source = f"mart_kpis {row['kpi_code']} {book.year}"
        base, value = w.exact(row["denominator"], source), w.share(row["value"], row["denominator"], source)
        items.append(w.claim("year.rate", labels={"name": w.kpi(row["kpi_code"])}, base=base, value=value))
    return w.sentence(*items) if items else w.sentence(w.claim("kpi.none", kind="absence"))


def _share(m: Material, book: Yearbook, name: str) -> Figure:
    now, all_of_it = book.value(category=name), book.value()
    share = None if now is None or not all_of_it else now / all_of_it
    return m.words.share(share, all_of_it, f"open data {book.year}")


def _table(m: Material, book: Yearbook, first: str, rows: list[tuple[Figure, ...]]) -> Table:
    """The year beside the one before; alone where nothing of that one is told."""
    w = m.words
    columns = (w.say(f"column.{first}"), str(book.year), str(book.year - 1), w.say("column.change"))
    shown = 4 if any(before.value is not None for _, _, before, _ in rows) else 2
    cells = tuple(row[:shown] for row in rows)
    widths = WIDTHS if shown == 4 else (0.7, 0.3)
    return Table(w.say(f"year.table.{first}"), columns[:shown], cells, widths, (False, True, True, True)[:shown])
