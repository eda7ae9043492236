"""Turns the rows of a table into projects: one plan for each header, shared by every tabular format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from classifier.errors import RowError
from classifier.portfolio import cells
from classifier.portfolio.headers import Header, header_names
from classifier.portfolio.identifiers import derive_identifier
from classifier.project import Amount, Cell, Project, Recipient, Source, TextField

_MILLION = 1_000_000
_TOO_LARGE_FOR_MILLIONS = 100_000  # no project costs a hundred thousand million dollars
_JOINED: tuple[TextField, ...] = ("objectives", "target_groups", "other_text", "conditions")
_KINDS: tuple[Literal["commitment", "disbursement", "budget"], ...] = ("commitment", "disbursement", "budget")


class ProjectBuilder:
    """Builds the projects of one table; what each column means is worked out once."""

    def __init__(self, header: Header, part: str = "") -> None:
        self.header = header
        self._part = part
        self._at = {name: header.fields.get(name, ()) for name in header_names().fields}
        self._joined = tuple(name for name in _JOINED if self._at[name])
        self._crs_unit = _MILLION
        self._has_amounts = bool(header.crs_amounts) or any(self._at[kind] for kind in _KINDS)

    def observe(self, rows: Iterable[Sequence[object]]) -> str:
        """Look at the first rows: CRS dollars are millions unless they cannot be; return a note on that."""
        positions = [usd for usd, _ in self.header.crs_amounts.values() if usd >= 0]
        for row in rows:
            for position in positions:
                value = cells.read_amount(cells.as_text(row[position])) if position < len(row) else None
                if value is not None and abs(value) >= _TOO_LARGE_FOR_MILLIONS:
                    self._crs_unit = 1
                    return "the USD columns hold dollars, not millions of dollars"
        return ""

    def build(self, row: Sequence[object], line: int, columns: Mapping[str, Cell]) -> Project | RowError:
        """Return the project of one row, as wide as the header."""
        at = self._at
        try:
            year = self._year(row)
        except cells.UnreadableDateError:
            return self._bad_date(row, line)
        texts, parallel, language = self._texts(row)
        purposes = cells.read_sector_codes(_first(row, at["purpose_codes"]))
        if not purposes:
            purposes = cells.read_sector_codes(_first(row, at["sector_codes"]))
        recipients = self._recipients(row)
        donor = _first(row, at["donor"]).strip()
        identifier = _first(row, at["id"]).strip()
        return Project(
            id=identifier or _derive(texts, purposes, recipients, donor, year),
            source=Source(line, self._part),
            id_given=bool(identifier),
            declared_language=_first(row, at["language"]).strip() or language,
            parallel=parallel,
            purpose_codes=purposes,
            recipients=recipients,
            aid_types=cells.read_codes(_first(row, at["aid_types"])),
            flow_type=_code(row, at["flow_type"]),
            finance_type=_code(row, at["finance_type"]),
            channel_code=_code(row, at["channel_code"]),
            channel_name=_first(row, at["channel_name"]).strip(),
            donor=donor,
            agency=_first(row, at["agency"]).strip(),
            implementers=self._implementers(row),
            year=year,
            amounts=self._amounts(row, year) if self._has_amounts else (),
            declared_gender=cells.read_marker(_first(row, at["declared_gender"])),
            declared_governance=cells.read_marker(_first(row, at["declared_governance"])),
            declared_human_rights=cells.read_marker(_first(row, at["declared_human_rights"])),
            declared_areas=cells.read_areas(_first(row, at["declared_areas"])),
            columns=columns,
            **texts,  # type: ignore[arg-type]
        )

    def _texts(self, row: Sequence[object]) -> tuple[dict[TextField, str], tuple[tuple[str, TextField, str], ...], str]:
        """Return the texts as they stood, their translations and the language of a translated title."""
        at = self._at
        texts: dict[TextField, str] = {
            "title": _first(row, at["title"]),
            "short_description": _first(row, at["short_description"]),
            "description": _first(row, at["description"][:1]),
        }
        for name in self._joined:
            texts[name] = "\n".join(filter(None, (_first(row, (position,)) for position in at[name])))
        if not self.header.translations:
            return texts, (), ""
        return self._add_translations(row, texts)

    def _add_translations(
        self, row: Sequence[object], texts: dict[TextField, str]
    ) -> tuple[dict[TextField, str], tuple[tuple[str, TextField, str], ...], str]:
        chosen = ""
        parallel: list[tuple[str, TextField, str]] = []
        for name, hits in self.header.translations.items():
            field: TextField = name  # type: ignore[assignment]
            for language, position in sorted(hits, key=lambda hit: hit[0] != chosen):
                text = _first(row, (position,))
                if text and not texts.get(field):
                    texts[field] = text
                    chosen = chosen or language
                elif text:
                    parallel.append((language, field, text))
        return texts, tuple(parallel), chosen

    def _recipients(self, row: Sequence[object]) -> tuple[Recipient, ...]:
        at = self._at
        names, shares = _first(row, at["recipient_names"]), _first(row, at["recipient_shares"])
        codes = self._recipient_code(row)
        if names or codes:
            return cells.read_recipients(names, codes, shares)
        names, codes = _first(row, at["region_names"]), _first(row, at["region_codes"])
        return cells.read_recipients(names, codes, "", kind_of_region=True) if names or codes else ()

    def _recipient_code(self, row: Sequence[object]) -> str:
        """Return the code cell, letters (ISO) before numbers (OECD) and before ISO-like ones (``F_X``)."""
        found = [code for position in self._at["recipient_codes"] if (code := _first(row, (position,)).strip())]
        if len(found) < 2 or found[0].isalpha():
            return found[0] if found else ""
        return next((code for code in found if code.isalnum()), found[0])

    def _implementers(self, row: Sequence[object]) -> tuple[str, ...]:
        positions = self._at["implementers"]
        if len(positions) < 2:
            return cells.read_names(_first(row, positions))
        found = (name for position in positions for name in cells.read_names(_first(row, (position,))))
        return tuple(dict.fromkeys(found))

    def _year(self, row: Sequence[object]) -> int | None:
        year = cells.read_year(_first(row, self._at["year"]))
        return cells.read_year(_first(row, self._at["date"])) if year is None else year

    def _bad_date(self, row: Sequence[object], line: int) -> RowError:
        for name in ("year", "date"):
            for position in self._at[name]:
                try:
                    cells.read_year(_first(row, (position,)))
                except cells.UnreadableDateError:
                    column = self.header.columns[position]
                    return RowError(line, column, "bad-date", f"The cell in {column} is neither a year nor a date.")
        raise AssertionError

    def _amounts(self, row: Sequence[object], year: int | None) -> tuple[Amount, ...]:
        currency = _currency(_first(row, self._at["currency"]).strip())
        amounts = []
        for kind in _KINDS:
            amount = self._crs_amount(kind, row, currency, year) or self._plain_amount(kind, row, currency, year)
            if amount is not None:
                amounts.append(amount)
        return tuple(amounts)

    def _crs_amount(
        self,
        kind: Literal["commitment", "disbursement", "budget"],
        row: Sequence[object],
        currency: str,
        year: int | None,
    ) -> Amount | None:
        """Return dollars when there are any, else national currency."""
        usd, national = self.header.crs_amounts.get(kind, (-1, -1))
        for position, unit in ((usd, "USD"), (national, currency)):
            if position >= 0 and (text := _first(row, (position,)).strip()):
                value = cells.read_amount(text)
                if value is not None and abs(value) < _TOO_LARGE_FOR_MILLIONS:
                    value *= self._crs_unit
                return Amount(kind, text, value, unit, year)
        return None

    def _plain_amount(
        self,
        kind: Literal["commitment", "disbursement", "budget"],
        row: Sequence[object],
        currency: str,
        year: int | None,
    ) -> Amount | None:
        text = _first(row, self._at[kind]).strip()
        if not text:
            return None
        named = self.header.currencies.get(kind, "")
        return Amount(kind, text, cells.read_amount(text), named or currency, year)


def _first(row: Sequence[object], positions: tuple[int, ...]) -> str:
    """Return the first cell that holds something, as text."""
    for position in positions:
        value = row[position]
        text = value if type(value) is str else cells.as_text(value)
        if text and not text.isspace():
            return text
    return ""


def _code(row: Sequence[object], positions: tuple[int, ...]) -> str:
    codes = cells.read_codes(_first(row, positions)) if positions else ()
    return codes[0] if codes else ""


def _currency(text: str) -> str:
    if len(text) == 3 and text.isalpha():
        return text.upper()
    return header_names().currency_codes.get(text, "")


def _derive(
    texts: Mapping[TextField, str],
    purposes: tuple[str, ...],
    recipients: tuple[Recipient, ...],
    donor: str,
    year: int | None,
) -> str:
    places = (f"{recipient.code} {recipient.name}" for recipient in recipients)
    return derive_identifier((*texts.values(), *purposes, *places, donor, str(year or "")))


def find_large_cell(row: Sequence[object], names: Sequence[str], line: int, limit: int) -> RowError | None:
    """Return the row error for a cell over the limit."""
    for position, value in enumerate(row):
        if type(value) is str and len(value) > limit:
            return large_cell(line, names[position], limit)
    return None


def large_cell(line: int, column: str, limit: int) -> RowError:
    """Return the row error for a cell over the limit."""
    return RowError(line, column, "cell-too-large", f"A cell holds more than {limit:,} characters.")
