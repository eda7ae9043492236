from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from tagged_projects import make_tagging

from classifier.errors import OutputError
from classifier.portfolio.iati import IatiReader
from classifier.portfolio.iati_markup import CHILD_ORDER
from classifier.portfolio.iati_writer import IatiWriter
from classifier.portfolio.outputs import open_writer
from classifier.portfolio.reading import ReadOptions
from classifier.portfolio.target import Target
from classifier.portfolio.writing import Origin, WriteOptions
from classifier.project import Project
from classifier.tagging import Decision, Tagging

URI = "https://portolan.example/vocabulary/result-areas"
OWN = re.compile(rb"\s*<(tag|policy-marker) [^>]*portolan\.example[^>]*?(?:/>|>.*?</\1>)")

ACTIVITY = """<iati-activity xml:lang="fr" default-currency="EUR">
    <iati-identifier>XM-1</iati-identifier>
    <title><narrative>Appui à la réintégration &amp; retour</narrative></title>
    <recipient-country code="SN" percentage="100"/>
    <sector vocabulary="1" code="15190"/>
    <!-- kept > as it is -->
    <default-aid-type   code='C01' />
    <transaction><value>1</value></transaction>
  </iati-activity>"""


def document(version: str, activities: str = ACTIVITY, encoding: str = "UTF-8") -> bytes:
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<!-- head -->\n<iati-activities{version}>\n  '
        f"{activities}\n</iati-activities>\n<!-- tail -->\n"
    )
    return text.encode(encoding)


def name_area(code: str, language: str) -> str:
    return f"Area <{code}> & “{language}”"


def tag(
    folder: Path,
    content: bytes,
    make: Callable[[Project], Tagging] = make_tagging,
    *,
    skip: int | None = None,
) -> bytes:
    source, output = folder / "in.xml", folder / "out.xml"
    source.write_bytes(content)
    options = WriteOptions(str(output), force=True)
    with (
        IatiReader(source, ReadOptions()) as reader,
        open_writer(options, Origin("iati", None, source), name_area) as out,
    ):
        for number, project in enumerate(reader):
            if isinstance(project, Project) and number != skip:
                out.write(project, make(project))
        out.finish({})
    return output.read_bytes()


def own_elements(content: bytes) -> list[bytes]:
    return [match.group().strip() for match in OWN.finditer(content)]


def assert_schema_order(content: bytes) -> None:
    """Check what the 2.x schema checks: children stand in the order of the schema."""
    for activity in etree.fromstring(content).iter("iati-activity"):
        ranks = [CHILD_ORDER.index(str(child.tag)) for child in activity.iterchildren(tag=etree.Element)]
        assert ranks == sorted(ranks)


@pytest.mark.parametrize("version", [' version="2.03"', ' version="2.02"', ' version="2.01"', ' version="1.05"', ""])
def test_leaves_every_other_byte_as_it_was(tmp_path: Path, version: str) -> None:
    before = document(version)
    after = tag(tmp_path, before)
    assert len(own_elements(after)) == 4
    assert OWN.sub(b"", after) == before
    assert_schema_order(after)


def test_writes_tags_and_markers_in_2_03(tmp_path: Path) -> None:
    after = tag(tmp_path, document(' version="2.03"')).decode()
    narrative = '<narrative xml:lang="en">Area &lt;3.2&gt; &amp; “en”</narrative>'
    assert (
        '<sector vocabulary="1" code="15190"/>\n'
        f'    <tag vocabulary="99" vocabulary-uri="{URI}" code="RA3.2">{narrative}</tag>\n'
        f'    <tag vocabulary="99" vocabulary-uri="{URI}" code="RA4.6">'
    ) in after
    assert (
        '<policy-marker vocabulary="1" vocabulary-uri="https://portolan.example/vocabulary/markers" code="1"'
        ' significance="1"/>'
    ) in after
    assert 'code="HR" significance="2"><narrative xml:lang="en">Human rights</narrative></policy-marker>' in after


def test_never_writes_the_oda_risk(tmp_path: Path) -> None:
    after = tag(tmp_path, document(' version="2.03"'))
    assert not re.search(rb"oda|risk|RET-02|high", b"".join(own_elements(after)), re.IGNORECASE)


def test_writes_areas_as_policy_markers_before_2_03(tmp_path: Path) -> None:
    for version, uri in ((' version="2.02"', "vocabulary-uri"), (' version="2.01"', "portolan:vocabulary-uri")):
        after = tag(tmp_path, document(version)).decode()
        assert "<tag" not in after
        assert f' {uri}="{URI}"' in after
        assert ' code="RA4.6"><narrative xml:lang="en">' in after


def test_writes_version_1_markers_with_text(tmp_path: Path) -> None:
    after = tag(tmp_path, document(' version="1.03"').replace(b"<narrative>", b"").replace(b"</narrative>", b""))
    elements = own_elements(after)
    assert b'vocabulary="RO" code="RA3.2" xml:lang="en">Area &lt;3.2&gt;' in elements[0]
    assert b'vocabulary="DAC" code="1" significance="1"/>' in elements[2]
    assert b"narrative" not in after


def test_a_second_run_replaces_the_first(tmp_path: Path) -> None:
    for version in (' version="2.03"', ' version="2.02"', ' version="2.01"', ' version="1.05"'):
        once = tag(tmp_path, document(version))
        assert tag(tmp_path, once) == once
        fewer = tag(tmp_path, once, lambda project: make_tagging(project, (), None, None))
        assert fewer == document(version)


def test_leaves_declared_markers_to_the_publisher(tmp_path: Path) -> None:
    declared = (
        '<policy-marker vocabulary="1" code="1" significance="0"/>'
        '<policy-marker vocabulary="99" vocabulary-uri="https://example.org/m" code="HR" significance="1"/>'
    )
    content = document(' version="2.03"', ACTIVITY.replace("<default-aid", declared + "<default-aid"))
    elements = own_elements(tag(tmp_path, content))
    assert [element[:4] for element in elements] == [b"<tag", b"<tag"]


def test_keeps_foreign_tags_of_vocabulary_99(tmp_path: Path) -> None:
    foreign = '<tag vocabulary="99" vocabulary-uri="https://example.org/areas" code="RA3.2"/>'
    content = document(' version="2.03"', ACTIVITY.replace("<!--", foreign + "<!--"))
    after = tag(tmp_path, content)
    assert OWN.sub(b"", after) == content
    assert after.index(foreign.encode()) < after.index(own_elements(after)[0])


@pytest.mark.parametrize(
    "activity",
    [
        "<iati-activity><title><narrative>T</narrative></title></iati-activity>",
        "<iati-activity>\r\n\t<transaction><value>1</value></transaction>\r\n\t<fss/>\r\n</iati-activity>",
        '<iati-activity><x:own xmlns:x="urn:x"/></iati-activity>',
        "<iati-activity><sector code='1'/></iati-activity >",
        "<iati-activity> </iati-activity>",
        "<iati-activity/>",
    ],
)
def test_finds_a_place_in_any_activity(tmp_path: Path, activity: str) -> None:
    content = document(' version="2.03"', activity)
    after = tag(tmp_path, content)
    etree.fromstring(after)
    assert OWN.sub(b"", after).replace(b"\r\n\t", b"") == content.replace(b"\r\n\t", b"")
    assert tag(tmp_path, after) == after


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "windows-1252", "UTF-16"])
def test_writes_in_the_encoding_of_the_document(tmp_path: Path, encoding: str) -> None:
    before = document(' version="2.03"', encoding=encoding)
    after = tag(tmp_path, before)
    assert etree.fromstring(after).findtext(".//title/narrative") == "Appui à la réintégration & retour"
    assert etree.fromstring(after).findtext(".//tag/narrative") == "Area <3.2> & “en”"
    text = after.decode(encoding)
    assert OWN.sub(b"", text.encode()) == before.decode(encoding).encode()


def test_copies_rejected_and_skipped_activities_as_they_are(tmp_path: Path) -> None:
    broken = "<iati-activity><title>A & B</title></iati-activity>"
    same = "<iati-activity><title>T</title></iati-activity>"
    content = document(' version="2.03"', "\n".join([ACTIVITY, broken, same, same]))
    after = tag(tmp_path, content, skip=2)
    assert broken.encode() in after
    assert OWN.sub(b"", after) == content
    assert len(own_elements(after)) == 8


def test_writes_labels_to_review_unless_told_otherwise(tmp_path: Path) -> None:
    source = tmp_path / "in.xml"
    source.write_bytes(document(' version="2.03"'))
    target = Target(str(tmp_path / "out.xml"), force=False)
    with (
        IatiReader(source, ReadOptions()) as reader,
        IatiWriter(target, Origin("iati", None, source), name_area, accepted_only=True) as writer,
    ):
        for project in reader:
            assert isinstance(project, Project)
            writer.write(project, make_tagging(project, decision=Decision.TO_REVIEW))
    assert b"<tag" not in (tmp_path / "out.xml").read_bytes()
    assert b"<tag" in tag(
        tmp_path, document(' version="2.03"'), lambda one: make_tagging(one, decision=Decision.TO_REVIEW)
    )


def test_names_areas_in_the_language_of_the_project(tmp_path: Path) -> None:
    after = tag(tmp_path, document(' version="2.03"'), lambda one: make_tagging(one, language="fr"))
    assert b'<narrative xml:lang="fr">Droits humains' in after
    other = tag(tmp_path, document(' version="2.03"'), lambda one: make_tagging(one, language="other"))
    assert b'<narrative xml:lang="en">Human rights' in other


def test_notices_that_the_input_changed(tmp_path: Path) -> None:
    source = tmp_path / "in.xml"
    source.write_bytes(document(' version="2.03"'))
    with IatiReader(source, ReadOptions()) as reader:
        (project,) = [row for row in reader if isinstance(row, Project)]
    source.write_bytes(document(' version="2.03"', "<iati-activity/>"))
    writer = open_writer(WriteOptions(str(tmp_path / "out.xml")), Origin("iati", None, source))
    with pytest.raises(OutputError) as caught, writer:
        writer.write(project, make_tagging(project))
    assert caught.value.code == "input-changed"
    assert list(tmp_path.iterdir()) == [source]


BLANKS = st.text(" \t\n", max_size=4)
CHILDREN = st.sampled_from([name for name in CHILD_ORDER if name != "policy-marker"])


@settings(max_examples=80, deadline=None)
@given(names=st.lists(CHILDREN, min_size=1, max_size=8, unique=True), blanks=BLANKS, tail=BLANKS, text=st.text("é&<>x"))
def test_any_ordered_activity_stays_ordered(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], blanks: str, tail: str, text: str
) -> None:
    from xml.sax.saxutils import escape

    ordered = sorted(names, key=CHILD_ORDER.index)
    children = "".join(f"{blanks}<{name}><narrative>{escape(text)}</narrative></{name}>" for name in ordered)
    content = document(' version="2.03"', f"<iati-activity>{children}{tail}</iati-activity>")
    folder = tmp_path_factory.mktemp("iati")
    after = tag(folder, content)
    assert_schema_order(after)
    assert tag(folder, after) == after
    assert tag(folder, after, lambda project: make_tagging(project, (), None, None)) == content
