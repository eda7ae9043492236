from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.oda.assessment import ModelOpinion, RuleEngine
from classifier.project import Amount, Project, Recipient, Source
from classifier.tagging import Decision, OdaAssessment, Polarity, Risk
from classifier.text import read_text


def project(description: str = "", title: str = "", **fields: object) -> Project:
    recipient = fields.pop("recipient", "")
    recipients = (Recipient(name=str(recipient)),) if recipient else ()
    return Project("p", Source(1), title=title, description=description, recipients=recipients, **fields)  # type: ignore[arg-type]


def assess(one: Project, model: ModelOpinion | None = None) -> OdaAssessment:
    return RuleEngine.load().assess(one, read_text(one), model)


@pytest.mark.parametrize(
    ("risk", "decided_by", "fields"),
    [
        (Risk.REVIEW, "GEN-02", {"flow_type": "30", "recipient": "GH"}),
        (Risk.REVIEW, "GEN-06", {"flow_type": "14", "recipient": "GH"}),
        (Risk.HIGH, "GEO-06", {"recipient": "BE (domestic EU fund, not ODA)"}),
        (Risk.HIGH, "GEO-02", {"recipient": "Greece"}),
        (Risk.LOW, "", {"recipient": "Chile", "year": 2010}),
        (Risk.REVIEW, "GEO-04", {"recipient": "Serbia; Greece"}),
        (Risk.REVIEW, "COD-01", {"recipient": "Uganda", "purpose_codes": ("93010",)}),
        (Risk.REVIEW, "IDR-13", {"recipient": "998", "aid_types": ("H04",)}),
        (Risk.LOW, "", {"recipient": "Atlantis"}),
        (Risk.LOW, "", {"recipient": "Mali"}),
    ],
)
def test_codes_and_recipients_decide(risk: Risk, decided_by: str, fields: dict[str, object]) -> None:
    found = assess(project("Four village wells are dug and repaired.", **fields))  # type: ignore[arg-type]
    assert (found.risk, found.decided_by) == (risk, decided_by)


@pytest.mark.parametrize(
    "text", ["First-year shelter for asylum seekers.", "First-year shelter for asylum seekers in Belgium."]
)
def test_reception_under_the_code_of_the_provider_country_is_no_contradiction(text: str) -> None:
    assert assess(project(text, recipient="998", aid_types=("H02",))).risk is Risk.LOW


@pytest.mark.parametrize(
    ("text", "fired"),
    [
        ("An exhibition on migration in Ghent.", False),
        ("A citizenship course for newcomers in Mechelen.", True),
    ],
)
def test_only_spending_at_home_that_is_not_admitted_contradicts_a_code_for_it(text: str, fired: bool) -> None:
    found = assess(project(text, recipient="998", aid_types=("H02",)))
    assert ("COD-01" in {finding.rule for finding in found.findings}) is fired


@pytest.mark.parametrize("text", ["Shelter kits for refugees in Jordan.", "Repair of houses in refugee camps."])
def test_relief_abroad_under_the_code_of_the_provider_country_contradicts(text: str) -> None:
    assert assess(project(text, aid_types=("H02",))).decided_by == "COD-01"


def test_unknown_recipient_and_unreadable_amount_are_remarks() -> None:
    amount = Amount("budget", "12 or so", None)
    found = assess(project("Wells are dug.", recipient="Atlantis", amounts=(amount,)))
    assert set(found.remarks) >= {"recipient-unknown: Atlantis", "amount-unreadable"}


def test_root_causes_under_the_migration_code_are_only_a_remark() -> None:
    found = assess(project("The project improves the incomes of bakers.", purpose_codes=("15190",), recipient="Mali"))
    assert found.risk is Risk.LOW
    assert "DRV-02" in found.remarks


def test_the_model_has_nothing_to_say_where_a_recipient_decides() -> None:
    opinion = ModelOpinion((0.95, 0.03, 0.01, 0.01))
    found = assess(project("Four wells are dug and repaired.", recipient="Greece"), opinion)
    assert (found.risk, found.reasons) == (Risk.HIGH, ("rules",))


def test_nothing_to_read_is_insufficient() -> None:
    found = assess(project())
    assert found.risk is Risk.INSUFFICIENT
    assert (found.decision, found.reasons) == (Decision.ABSTAINED, ("no_text",))


def test_high_comes_with_words_question_and_polarity() -> None:
    text = "The project pays charter flights for forced returns."
    found = assess(project(text))
    finding = found.findings[0]
    assert (found.risk, finding.rule, finding.polarity) == (Risk.HIGH, "RET-02", Polarity.AFFIRMED)
    assert "forced returns" in finding.evidence[0].quote
    assert found.questions


def test_negated_words_are_reported_and_do_not_count() -> None:
    found = assess(project("The project finances no forced return."))
    (finding,) = [one for one in found.findings if one.rule == "RET-02"]
    assert (finding.polarity, finding.counts) == (Polarity.NEGATED, False)


def test_question_is_in_the_language_of_the_text() -> None:
    found = assess(project("Le projet finance l'escorte lors des retours forcés vers la Guinée."))
    assert found.questions[0].startswith("Une personne")


def test_mixed_project_is_remarked() -> None:
    found = assess(project("Shelter for displaced families. Drones are bought for the border police."))
    assert found.risk is Risk.HIGH
    assert "GEN-07" in found.remarks


def test_eligible_rule_lowers_the_conditional_one_it_settles() -> None:
    found = assess(project("The diaspora associations in Belgium invest in solar kiosks in Kivu."))
    (finding,) = [one for one in found.findings if one.rule == "DIA-02"][:1]
    assert found.risk is Risk.LOW
    assert not finding.counts


def test_model_that_sees_a_risk_sends_a_low_project_to_review() -> None:
    found = assess(project("Wells are dug in Kayes."), ModelOpinion((0.1, 0.1, 0.8, 0.0)))
    assert (found.risk, found.rules_risk, found.decided_by) == (Risk.REVIEW, Risk.LOW, "model")
    assert "models_disagree" in found.reasons


def test_model_never_takes_a_risk_away() -> None:
    found = assess(project("Drones are bought for the border police."), ModelOpinion((0.9, 0.1, 0.0, 0.0)))
    assert found.risk is Risk.HIGH
    assert "models_disagree" in found.reasons


NOT_SAID = ModelOpinion((0.1, 0.05, 0.05, 0.8))


def test_model_alone_finds_that_a_text_shows_nothing() -> None:
    found = assess(project("Mekong window 3 tranche B"), NOT_SAID)
    assert (found.risk, found.decided_by, found.rules_risk) == (Risk.INSUFFICIENT, "model", Risk.LOW)
    assert (found.decision, found.reasons) == (Decision.TO_REVIEW, ("models_disagree",))


@pytest.mark.parametrize("text", ["Mekong window 3 tranche B", "Core funding 2022-26", ""])
def test_where_nothing_is_said_the_officer_is_told_what_to_ask(text: str) -> None:
    found = assess(project(text), NOT_SAID)
    assert found.risk is Risk.INSUFFICIENT
    assert [one.rule for one in found.findings if one.counts] == ["GEN-08"]
    assert found.questions == (RuleEngine.load().book.rule("GEN-08").questions("en"),)


def test_model_does_not_deny_what_a_rule_shows() -> None:
    told = project("Reintegration of returnees with vocational training in Kayes.")
    assert assess(told, NOT_SAID).risk is Risk.LOW
    core = project("Core funding 2022-26", aid_types=("B02",))
    assert assess(core, NOT_SAID).risk is assess(core).risk


def test_model_that_finds_nothing_takes_no_risk_of_the_rules_away() -> None:
    found = assess(project("Drones are bought for the border police."), ModelOpinion((0.0, 0.0, 0.0, 1.0)))
    assert found.risk is Risk.HIGH


def test_model_that_abstains_changes_nothing() -> None:
    found = assess(project("Wells are dug in Kayes."), ModelOpinion((0.1, 0.1, 0.8, 0.0), abstained=True))
    assert (found.risk, found.model_risk) == (Risk.LOW, None)


TEXT = """the project finances no forced returns drones border police in Belgium Mali refugees not detention
centre builds <b>drones</b> &amp; , . ; é’ retours forcés grenspolitie terugkeer"""
WORDS = st.sampled_from([*TEXT.split(), "\n"])


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS, max_size=60).map(" ".join), st.text(max_size=80))
def test_evidence_is_verbatim(description: str, title: str) -> None:
    one = project(description, title)
    for finding in assess(one).findings:
        for evidence in finding.evidence:
            assert one.text(evidence.field)[evidence.start : evidence.end] == evidence.quote


def test_same_text_gives_the_same_assessment_from_many_threads() -> None:
    one = project("Drones are bought for the border police; no forced return is paid in Belgium.")
    with ThreadPoolExecutor(4) as pool:
        found = set(map(repr, pool.map(assess, [one] * 24)))
    assert len(found) == 1


@pytest.mark.parametrize("unit", ["forced return ", "not ", "((((", "in Belgium ", "Drones for border police. "])
def test_findings_stay_bounded_on_hostile_text(unit: str) -> None:
    found = assess(project((unit * 20_000)[:60_000]))
    assert len(found.findings) < 1_000
