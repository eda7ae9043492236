from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.errors import PortfolioError, RowError
from classifier.portfolio import iati_document
from classifier.portfolio.iati import IatiReader
from classifier.portfolio.reading import Limits, ReadOptions
from classifier.project import Project, Recipient

OPEN_203 = '<?xml version="1.0" encoding="UTF-8"?>\n<iati-activities version="2.03">\n'
CLOSE = "\n</iati-activities>\n"


def activity(content: str, attributes: str = 'xml:lang="en" default-currency="EUR"') -> str:
    return f"<iati-activity {attributes}>{content}</iati-activity>"


def read(folder: Path, document: str | bytes, limits: Limits | None = None) -> list[Project | RowError]:
    path = folder / "portfolio.xml"
    path.write_bytes(document if isinstance(document, bytes) else document.encode())
    with IatiReader(path, ReadOptions(limits=limits or Limits())) as reader:
        return list(reader)


def read_one(folder: Path, content: str, attributes: str = 'xml:lang="en" default-currency="EUR"') -> Project:
    rows = read(folder, OPEN_203 + activity(content, attributes) + CLOSE)
    assert len(rows) == 1
    assert isinstance(rows[0], Project)
    return rows[0]


def projects(rows: list[Project | RowError]) -> list[Project]:
    return [row for row in rows if isinstance(row, Project)]


def test_reads_titles_and_descriptions_into_their_fields(tmp_path: Path) -> None:
    project = read_one(
        tmp_path,
        "<title><narrative>Skills for youth</narrative></title>"
        "<description><narrative>General</narrative></description>"
        '<description type="1"><narrative>More</narrative></description>'
        '<description type="2"><narrative>Goals</narrative></description>'
        '<description type="3"><narrative>Groups</narrative></description>'
        '<description type="4"><narrative>Rest</narrative></description>'
        '<conditions attached="1"><condition type="1"><narrative>Return first</narrative></condition></conditions>',
    )
    assert project.title == "Skills for youth"
    assert project.description == "General\n\nMore"
    assert (project.objectives, project.target_groups, project.other_text) == ("Goals", "Groups", "Rest")
    assert project.conditions == "Return first"


def test_reads_version_1_texts_without_narratives(tmp_path: Path) -> None:
    content = (
        "<iati-identifier>X-1</iati-identifier>"
        '<title xml:lang="fr">Cours</title><title xml:lang="en">Courses for returnees</title>'
        '<description type="1" xml:lang="fr">Court</description>'
        '<description type="1" xml:lang="en">A long description &amp; more of it</description>'
        '<conditions attached="1"><condition>Readmission</condition></conditions>'
        '<sector vocabulary="DAC" code="15190"/>'
        '<policy-marker vocabulary="DAC" code="1" significance="2">Gender</policy-marker>'
        '<activity-date type="start-actual" iso-date="2009-09-17"/>'
        '<transaction><transaction-type code="C"/><value value-date="2010-01-01">5</value></transaction>'
    )
    rows = read(tmp_path, "<iati-activities>" + activity(content, 'default-currency="CAD"') + CLOSE)
    (project,) = projects(rows)
    assert project.title == "Courses for returnees"
    assert project.description == "A long description & more of it"
    assert project.conditions == "Readmission"
    assert project.parallel == (("fr", "title", "Cours"), ("fr", "description", "Court"))
    assert (project.purpose_codes, project.declared_gender, project.year) == (("15190",), 2, 2009)
    assert [(one.kind, one.value, one.currency) for one in project.amounts] == [("commitment", 5.0, "CAD")]


def test_prefers_a_classifiable_language_over_a_longer_one(tmp_path: Path) -> None:
    project = read_one(
        tmp_path,
        '<title><narrative>Skills</narrative><narrative xml:lang="es">Competencias</narrative></title>',
    )
    assert (project.title, project.declared_language) == ("Skills", "en")


def test_keeps_a_title_whose_declared_language_differs(tmp_path: Path) -> None:
    project = read_one(
        tmp_path,
        "<title><narrative>Appui au retour</narrative></title>"
        '<description><narrative xml:lang="fr">Une longue description du projet</narrative></description>',
    )
    assert project.title == "Appui au retour"
    assert project.declared_language == "fr"
    assert project.parallel == ()


def test_accepts_an_activity_without_any_text(tmp_path: Path) -> None:
    project = read_one(tmp_path, "<iati-identifier>XM-1</iati-identifier><default-aid-type/><sector/>")
    assert project.id == "XM-1"
    assert project.texts() == ()
    assert (project.aid_types, project.purpose_codes) == ((), ())


def test_takes_other_identifiers_then_a_stable_one(tmp_path: Path) -> None:
    other = read_one(tmp_path, '<iati-identifier/><other-identifier ref="O-7" type="A1"/>')
    assert (other.id, other.id_given) == ("O-7", True)
    titled = "<title><narrative>Same text</narrative></title>"
    first, second = read_one(tmp_path, titled), read_one(tmp_path, " " + titled)
    assert first.id == second.id
    assert not first.id_given


def test_takes_countries_and_sectors_from_transactions(tmp_path: Path) -> None:
    transaction = (
        '<transaction><recipient-country code="{}"/><sector vocabulary="1" code="15190"/>'
        '<sector vocabulary="7" code="1"/></transaction>'
    )
    project = read_one(tmp_path, transaction.format("SN") + transaction.format("SN") + transaction.format("ML"))
    assert project.recipients == (Recipient("SN"), Recipient("ML"))
    assert project.purpose_codes == ("15190",)


def test_keeps_a_recipient_whose_percentage_is_unreadable(tmp_path: Path) -> None:
    project = read_one(
        tmp_path,
        '<recipient-country code="SN" percentage="half"/><recipient-region code="998" percentage="50"/>',
    )
    assert project.recipients == (Recipient("SN"), Recipient("998", "", "region", 50.0))


def test_reads_declared_markers_and_areas(tmp_path: Path) -> None:
    project = read_one(
        tmp_path,
        '<tag vocabulary="99" vocabulary-uri="https://example.org/areas" code="RA4.6"/>'
        '<tag vocabulary="3" code="10.7"/>'
        '<policy-marker vocabulary="1" code="1" significance="0"/><policy-marker code="3" significance="4"/>'
        '<policy-marker vocabulary="99" code="HR" significance="1"/>'
        '<policy-marker vocabulary="1" code="2" significance="2"/>',
    )
    assert project.declared_areas == ("4.6",)
    markers = (project.declared_gender, project.declared_governance, project.declared_human_rights)
    assert markers == (0, 2, 1)


def test_does_not_take_our_own_elements_for_declarations(tmp_path: Path) -> None:
    project = read_one(
        tmp_path,
        '<tag vocabulary="99" vocabulary-uri="https://portolan.example/vocabulary/result-areas" code="RA4.6"/>'
        '<policy-marker vocabulary="1" vocabulary-uri="https://portolan.example/vocabulary/markers" code="1"'
        ' significance="2"/>',
    )
    assert (project.declared_areas, project.declared_gender) == ((), None)


def test_reads_organisations_and_channel(tmp_path: Path) -> None:
    project = read_one(
        tmp_path,
        '<reporting-org ref="XM-DAC-2-10"><narrative>DGD</narrative></reporting-org>'
        '<participating-org role="1"><narrative>Payer</narrative></participating-org>'
        '<participating-org role="4" crs-channel-code="47066"><narrative>IOM</narrative></participating-org>'
        '<participating-org role="4" ref="BE-1"/>',
    )
    assert (project.donor, project.implementers) == ("DGD", ("IOM", "BE-1"))
    assert (project.channel_code, project.channel_name) == ("47066", "IOM")


def test_sums_transactions_by_kind_currency_and_year(tmp_path: Path) -> None:
    one = (
        '<transaction><transaction-type code="3"/><transaction-date iso-date="2021-02-0{}"/>'
        "<value>1,000.50</value></transaction>"
    )
    broken = '<transaction><transaction-type code="2"/><value currency="USD">much</value></transaction>'
    project = read_one(tmp_path, "".join(one.format(day) for day in range(1, 4)) + broken)
    assert [(one.kind, one.text, one.value, one.currency, one.year) for one in project.amounts] == [
        ("disbursement", "3001.50", 3001.5, "EUR", 2021),
        ("commitment", "much", None, "USD", None),
    ]


def test_takes_the_actual_start_before_the_planned_one(tmp_path: Path) -> None:
    dates = '<activity-date type="1" iso-date="2019-01-01"/><activity-date type="2" iso-date="2020-05-01"/>'
    assert read_one(tmp_path, dates).year == 2020
    assert read_one(tmp_path, '<activity-date type="2" iso-date="soon"/>').year is None


@pytest.mark.parametrize("encoding", ["UTF-8", "utf8", "ISO-8859-1", "windows-1252", "UTF-16"])
def test_reads_any_declared_encoding(tmp_path: Path, encoding: str) -> None:
    element = activity("<title><narrative>Retour des déplacés</narrative></title>")
    document = f'<?xml version="1.0" encoding="{encoding}"?>\n<iati-activities version="2.03">\n{element}{CLOSE}'
    raw = document.encode(encoding)
    (project,) = projects(read(tmp_path, raw))
    assert project.title == "Retour des déplacés"
    assert project.source.line == 3
    codec = "utf-16-le" if encoding == "UTF-16" else encoding
    assert project.xml == element.encode(codec)


def test_refuses_an_encoding_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(PortfolioError) as caught:
        read(tmp_path, '<?xml version="1.0" encoding="klingon"?><iati-activities/>')
    assert caught.value.code == "xml-encoding"


def test_keeps_the_exact_source_bytes(tmp_path: Path) -> None:
    elements = [
        activity("<!-- a > b --><title>\r\n<narrative>A</narrative></title >").replace(
            "</iati-activity>", "</iati-activity\n>"
        ),
        '<iati-activity xml:lang="fr" note="/>"/>',
        activity("<![CDATA[<iati-activity>]]><x:own xmlns:x='urn:x'>é</x:own>"),
    ]
    rows = projects(read(tmp_path, OPEN_203 + "<!-- <iati-activity/> -->".join(elements) + CLOSE))
    assert [row.xml.decode() for row in rows] == elements


def test_accepts_prefixes_that_only_the_root_declares(tmp_path: Path) -> None:
    element = '<iati-activity d:index="1"><d:extra/><title><narrative>T</narrative></title></iati-activity>'
    (project,) = projects(
        read(tmp_path, f'<iati-activities xmlns:d="urn:d" version="2.03">{element}</iati-activities>')
    )
    assert project.title == "T"


def test_rejects_a_broken_activity_and_goes_on(tmp_path: Path) -> None:
    good = activity("<title><narrative>Good</narrative></title>")
    broken = activity("<title><narrative>A & B</narrative></title>")
    rows = read(tmp_path, OPEN_203 + "\n".join([good, broken, good, broken, good]) + CLOSE)
    assert [type(row).__name__ for row in rows] == ["Project", "RowError", "Project", "RowError", "Project"]
    assert [row.line if isinstance(row, RowError) else row.source.line for row in rows] == [3, 4, 5, 6, 7]
    errors = [row for row in rows if isinstance(row, RowError)]
    assert {error.code for error in errors} == {"bad-element"}
    assert "A & B" not in str(errors)


def test_rejects_the_last_activity_when_it_is_broken(tmp_path: Path) -> None:
    rows = read(tmp_path, OPEN_203 + activity("<title/>") + "<iati-activity><title></iati-activity>" + CLOSE)
    assert [type(row).__name__ for row in rows] == ["Project", "RowError"]


def test_rejects_an_activity_that_is_never_closed(tmp_path: Path) -> None:
    rows = read(tmp_path, OPEN_203 + "<iati-activity><title/>\n" + activity("<title/>") + CLOSE)
    assert [type(row).__name__ for row in rows] == ["RowError", "Project"]


def test_rejects_a_text_over_the_limit(tmp_path: Path) -> None:
    long, short = (activity(f"<title><narrative>{'x' * size}</narrative></title>") for size in (51, 50))
    rows = read(tmp_path, OPEN_203 + long + short + CLOSE, Limits(cell_characters=50))
    assert isinstance(rows[0], RowError)
    assert (rows[0].field, rows[0].code) == ("title", "cell-too-large")
    assert isinstance(rows[1], Project)


def test_yields_everything_before_a_cut_and_then_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "cut.xml"
    path.write_text(OPEN_203 + activity("<title/>") + "\n<iati-activity><title>", encoding="utf-8")
    rows = iter(IatiReader(path, ReadOptions()))
    assert isinstance(next(rows), Project)
    with pytest.raises(PortfolioError, match="line 4") as caught:
        next(rows)
    assert caught.value.code == "xml-broken"


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ('<!DOCTYPE a [<!ENTITY b "c">]><iati-activities>&b;</iati-activities>', "xml-entities"),
        ('<!DOCTYPE a SYSTEM "file:///etc/hostname"><iati-activities/>', "xml-entities"),
        ("<iati-organisations><iati-organisation/></iati-organisations>", "not-iati"),
        ("<iati-activities version='2.03'></iati-activities>", "no-projects"),
        ("Title;Description\n", "xml-broken"),
        ("<iati-activities><iati-activity/>", "xml-broken"),
        ("<iati-activities><iati-activity>" + "<a>" * 200, "xml-depth"),
    ],
)
def test_refuses_a_hostile_or_foreign_file(tmp_path: Path, document: str, code: str) -> None:
    with pytest.raises(PortfolioError) as caught:
        read(tmp_path, document)
    assert caught.value.code == code


def test_does_not_resolve_an_undeclared_entity(tmp_path: Path) -> None:
    rows = read(tmp_path, OPEN_203 + activity("<title>&secret;</title>") + CLOSE)
    assert isinstance(rows[0], RowError)


def test_rejects_texts_and_attributes_that_no_parser_takes(tmp_path: Path) -> None:
    huge = "x y " * 3_000_000
    text = activity(f"<title><narrative>{huge}</narrative></title>")
    rows = read(tmp_path, OPEN_203 + text + activity("", f'note="{huge}"') + activity("") + CLOSE)
    assert [row.code if isinstance(row, RowError) else "" for row in rows] == ["cell-too-large", "cell-too-large", ""]


def test_rejects_an_activity_of_too_many_elements(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(iati_document, "ACTIVITY_ELEMENTS", 10)
    rows = read(tmp_path, OPEN_203 + activity("<a/>" * 10) + activity("<a/>" * 9) + CLOSE)
    assert [row.code if isinstance(row, RowError) else "" for row in rows] == ["element-too-large", ""]


def test_refuses_an_endless_activity(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(iati_document, "ACTIVITY_BYTES", 1000)
    monkeypatch.setattr(iati_document, "CHUNK_BYTES", 100)
    with pytest.raises(PortfolioError) as caught:
        read(tmp_path, OPEN_203 + activity("<title/>" * 500) + CLOSE)
    assert caught.value.code == "element-too-large"


def test_notes_version_and_repeated_identifiers(tmp_path: Path) -> None:
    path = tmp_path / "portfolio.xml"
    one = activity("<iati-identifier>A</iati-identifier>")
    path.write_text(OPEN_203 + one + "\n" + one + activity("") + CLOSE, encoding="utf-8")
    with IatiReader(path, ReadOptions()) as reader:
        rows = list(reader)
    assert len(rows) == 3
    assert any("2.03" in note for note in reader.notes)
    assert any("first: A (line 4)" in note for note in reader.notes)
    assert any("without an identifier" in note for note in reader.notes)


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="￾￿"))


@settings(max_examples=60, deadline=None)
@given(titles=st.lists(TEXTS, min_size=1, max_size=6), chunk=st.integers(1, 400), gap=st.text("\n\t ", max_size=5))
def test_any_text_survives_any_chunking(
    tmp_path_factory: pytest.TempPathFactory, titles: list[str], chunk: int, gap: str
) -> None:
    from xml.sax.saxutils import escape

    elements = [activity(f"<title><narrative>{escape(title)}</narrative></title>") for title in titles]
    document = OPEN_203 + gap.join(elements) + CLOSE
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(iati_document, "CHUNK_BYTES", chunk)
        rows = projects(read(tmp_path_factory.mktemp("iati"), document))
    assert [row.title for row in rows] == [title.strip() for title in titles]
    assert [row.xml.decode() for row in rows] == elements
    raw = document.encode()
    starts = [raw.index(b"<iati-activity ")]
    for element in elements[:-1]:
        starts.append(raw.index(b"<iati-activity ", starts[-1] + len(element.encode())))
    assert [row.source.line for row in rows] == [raw.count(b"\n", 0, start) + 1 for start in starts]
