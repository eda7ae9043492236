"""The desk in a real browser: an annotator signs in and labels with the keyboard alone, in every language."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from chromium import open_chromium, require_chromium
from running import RunningService
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import ActionChains, Chrome, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait
from serving_case import PASSWORD, make_case

from classifier.model import current_version
from classifier.tagger import Tagger
from classifier.taxonomy import LANGUAGES
from service.access.users import add_user, find_user
from service.desk.access import Access, enter
from service.desk.campaigns import CampaignPlan, make_campaign
from service.desk.imports import import_portfolio
from service.desk.labels import AREAS
from service.desk.members import set_member
from service.desk.opening import open_item
from service.desk.queue import list_skips
from service.desk.states import Role, Seat, SkipReason, Suggestion
from service.desk.vetting import Upload
from service.desk.views import JudgeView, history
from service.pages.catalogue import load_catalogue
from service.store.database import Database

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
SECONDS = 60
TEXTS = {
    "en": "Refugees receive shelter\r\nand food 👩🏽‍🌾 near the border of the district.",
    "fr": "Les réfugiés reçoivent un abri\r\net de la nourriture 👩🏽‍🌾 près de la frontière.",
    "nl": "Vluchtelingen krijgen onderdak\r\nen voedsel 👩🏽‍🌾 bij de grens van het district.",
}


@dataclass(frozen=True, slots=True)
class Room:
    """A campaign with its lead lea and its annotator kim."""

    service: RunningService
    lead: Access
    annotator: Access

    @property
    def database(self) -> Database:
        return self.service.case.database

    @property
    def home(self) -> str:
        return f"{self.service.url}/desk/c/{self.lead.campaign.id}"

    def said(self, item_id: int) -> JudgeView | None:
        return open_item(self.database, self.annotator, item_id, Seat.ANNOTATOR).own


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    require_chromium()
    service = RunningService(make_case(tmp_path_factory.mktemp("desk")))
    for name in ("lea", "kim"):
        add_user(service.case.database, name, "annotator", PASSWORD, actor="test")
    service.start()
    yield service
    service.kill()


@pytest.fixture
def browser(running: RunningService) -> Iterator[Chrome]:
    with open_chromium(running.url, "--window-size=1366,900") as opened:
        yield opened


def make_room(service: RunningService, language: str = "en", **plan: object) -> Room:
    database = service.case.database
    with database.reading() as session:
        ids = {name: find_user(session, name).id for name in ("lea", "kim")}
    chosen = replace(CampaignPlan(f"Round {language}"), **plan)  # type: ignore[arg-type]
    made = make_campaign(database, chosen, user_id=ids["lea"], actor="test")
    lead = enter(database, made.id, ids["lea"])
    set_member(database, lead, "kim", Role.ANNOTATOR, actor="test")
    path = service.case.settings.data_dir / f"{made.id}.jsonl"
    rows = [{"id": f"P-{n}", "title": f"Project {n}", "description": TEXTS[language]} for n in range(1, 7)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    models = service.case.settings.models
    assert models is not None
    import_portfolio(database, lead, Upload(path, path.name), Tagger.load(current_version(models)), actor="test")
    return Room(service, lead, enter(database, made.id, ids["kim"]))


def find(browser: Chrome, selector: str) -> WebElement:
    return WebDriverWait(browser, SECONDS).until(lambda driver: driver.find_element(By.CSS_SELECTOR, selector))


def press(browser: Chrome, *keys: str) -> None:
    ActionChains(browser).send_keys(*keys).perform()


def sign_in(browser: Chrome) -> None:
    find(browser, "#name").send_keys("kim", Keys.TAB, PASSWORD, Keys.ENTER)
    find(browser, "nav a")


def choose_language(browser: Chrome, language: str) -> None:
    find(browser, f"button[value={language}]").send_keys(Keys.ENTER)
    find(browser, f"html[lang={language}]")


def item(browser: Chrome) -> int:
    """Return the project on screen, once its label has the focus."""
    find(browser, ".row.current")
    return int(find(browser, "#work").get_attribute("data-item") or 0)


def leave(browser: Chrome, before: int) -> int:
    """Wait until another project is on screen; return it."""

    def is_other(driver: Chrome) -> bool:
        try:
            work = driver.find_element(By.CSS_SELECTOR, "#work[data-item]:has(.row.current)")
            return work.get_attribute("data-item") != str(before)
        except StaleElementReferenceException:
            return False

    WebDriverWait(browser, SECONDS, ignored_exceptions=[Exception]).until(is_other)
    return item(browser)


def go_to(browser: Chrome, label: str) -> None:
    for _ in range(30):
        current = find(browser, ".row.current").get_attribute("data-label") or ""
        if current == label:
            return
        order = [*AREAS, "main_area", "gender", "human_rights", "risk"]
        press(browser, "j" if order.index(current) < order.index(label) else "k")
    raise AssertionError(label)


def judge(browser: Chrome, area: str, gender: str = "1") -> None:
    """Fill in a whole form: one area alone, the markers and the risk."""
    for code in AREAS:
        if browser.find_elements(By.CSS_SELECTOR, f'[data-label="{code}"] [value=yes]:checked') and code != area:
            go_to(browser, code)
            press(browser, Keys.SPACE)
    go_to(browser, area)
    press(browser, "1")
    for label, key in (("gender", gender), ("human_rights", "0"), ("risk", "1")):
        go_to(browser, label)
        press(browser, key)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_annotator_labels_with_the_keyboard_alone(browser: Chrome, running: RunningService, language: str) -> None:
    room = make_room(running, language)
    sign_in(browser)
    choose_language(browser, language)
    find(browser, "nav a").send_keys(Keys.ENTER)
    find(browser, f'a[href$="{room.lead.campaign.id}/next"]').send_keys(Keys.ENTER)

    first = item(browser)
    assert load_catalogue(language)["desk.save_and_next"] in find(browser, "#save").text
    judge(browser, "3.2")
    go_to(browser, "3.2")
    press(browser, "e", Keys.ARROW_DOWN, Keys.ARROW_RIGHT)
    ActionChains(browser).key_down(Keys.SHIFT).send_keys(Keys.ARROW_RIGHT).key_up(Keys.SHIFT).perform()
    chosen = browser.execute_script("return getSelection().toString()")
    press(browser, Keys.ENTER)
    assert chosen in find(browser, ".cites.on .cite:has(:checked)").text
    press(browser, "g")
    assert "3.2" in find(browser, "#guide:not([hidden]) [data-guide='3.2']").text
    press(browser, Keys.ESCAPE, "n", "Clear text.", Keys.ESCAPE, "s")
    second = leave(browser, first)
    said = room.said(first)
    assert said is not None
    assert said.judgement.areas() == ("3.2",)
    assert [one.quote for one in said.judgement.answers["3.2"].evidence] == [chosen]
    assert said.judgement.note == "Clear text."
    assert {said.judgement.values[label] for label in ("gender", "human_rights", "risk")} == {"1", "0", "review"}

    judge(browser, "1.1", gender="2")
    go_to(browser, "4.4")
    press(browser, "1", "u", "s")
    third = leave(browser, second)
    said = room.said(second)
    assert said is not None
    assert said.judgement.areas() == ("1.1",)
    press(browser, "u")
    assert leave(browser, third) == second
    assert room.said(second) is None
    assert find(browser, '[data-label="1.1"] [value=yes]').is_selected()
    press(browser, "c", "s")
    third = leave(browser, second)
    assert room.said(second) is not None

    press(browser, "x", "3", Keys.ENTER)
    fourth = leave(browser, third)
    [skipped] = list_skips(room.database, room.annotator)
    assert (skipped.item.id, skipped.reason) == (third, SkipReason.TOO_HARD)

    judge(browser, "4.6")
    press(browser, "n", "Half done.")
    browser.get(f"{running.url}/desk")
    find(browser, f'a[href$="{room.lead.campaign.id}/next"]').send_keys(Keys.ENTER)
    assert item(browser) == fourth
    assert find(browser, '[data-label="4.6"] [value=yes]').is_selected()
    assert find(browser, "#note").get_attribute("value") == "Half done."
    press(browser, "s")
    leave(browser, fourth)
    said = room.said(fourth)
    assert said is not None
    assert said.judgement.note == "Half done."
    kinds = [entry.save.kind for entry in history(room.database, room.annotator, second)]
    assert kinds == ["judgement", "undo", "judgement"]


def test_the_model_is_seen_after_the_own_judgement_and_the_own_may_be_revised(
    browser: Chrome, running: RunningService
) -> None:
    room = make_room(running, suggestion=Suggestion.AFTER)
    sign_in(browser)
    browser.get(f"{room.home}/next")
    first = item(browser)
    assert not browser.find_elements(By.CSS_SELECTOR, "mark, .share")
    judge(browser, "1.1")
    press(browser, "s")
    find(browser, "#work[data-judged] .row.current")
    assert browser.find_elements(By.CSS_SELECTOR, ".row.differs")
    go_to(browser, "gender")
    press(browser, "0", "s")
    leave(browser, first)
    said = room.said(first)
    assert said is not None
    assert said.judgement.values["gender"] == "0"


def test_a_second_tab_overwrites_nothing_and_keeps_what_was_typed(browser: Chrome, running: RunningService) -> None:
    room = make_room(running)
    sign_in(browser)
    browser.get(f"{room.home}/next")
    first = item(browser)
    address = browser.current_url
    tab = browser.current_window_handle
    browser.switch_to.new_window("tab")
    browser.get(address)
    item(browser)
    judge(browser, "4.6")
    press(browser, "s")
    leave(browser, first)
    browser.switch_to.window(tab)
    judge(browser, "3.1")
    press(browser, "s")
    assert load_catalogue("en")["desk.conflict.form-stale"] in find(browser, ".told.bad[role=alert]").text
    assert find(browser, '[data-label="3.1"] [value=yes]').is_selected()
    assert find(browser, '[data-label="4.6"] .saved').text
    said = room.said(first)
    assert said is not None
    assert said.judgement.areas() == ("4.6",)
    [fault] = browser.get_log("browser")  # type: ignore[no-untyped-call]
    assert "409" in fault["message"]


def test_everything_fits_on_a_phone_and_nothing_comes_from_elsewhere(browser: Chrome, running: RunningService) -> None:
    room = make_room(running)
    sign_in(browser)
    metrics = {"width": 360, "height": 720, "deviceScaleFactor": 2, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    for address in (f"{room.home}/next", room.home, f"{running.url}/desk", f"{running.url}/desk/guideline"):
        browser.get(address)
        find(browser, "h1")
        assert browser.execute_script("return document.documentElement.scrollWidth") <= 360
        names = browser.execute_script("return performance.getEntriesByType('resource').map(one => one.name)")
        assert all(name.startswith(running.url) for name in names)
