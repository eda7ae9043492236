"""The page in a real browser: drop a file, download the result, read the words, by keyboard and on a phone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import open_chromium, require_chromium
from running import RunningService
from selenium.common.exceptions import WebDriverException
from selenium.webdriver import ActionChains, Chrome, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.expected_conditions import presence_of_element_located, text_to_be_present_in_element
from selenium.webdriver.support.select import Select
from selenium.webdriver.support.wait import WebDriverWait
from serving_case import PASSWORD, make_case

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
SECONDS = 60


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    require_chromium()
    service = RunningService(make_case(tmp_path_factory.mktemp("browser")))
    service.start()
    yield service
    service.kill()


@pytest.fixture
def browser(running: RunningService, tmp_path: Path) -> Iterator[Chrome]:
    with open_chromium(running.url, downloads=tmp_path / "downloads") as opened:
        yield opened


def find(browser: Chrome, selector: str) -> WebElement:
    return WebDriverWait(browser, SECONDS).until(lambda driver: driver.find_element(By.CSS_SELECTOR, selector))


def sign_in(browser: Chrome) -> None:
    find(browser, "#name").send_keys("ann", Keys.TAB, PASSWORD, Keys.ENTER)
    find(browser, "#file")
    WebDriverWait(browser, SECONDS).until(
        lambda driver: driver.execute_script("return document.readyState") == "complete"
    )


def test_a_file_is_dropped_watched_and_downloaded(browser: Chrome, tmp_path: Path) -> None:
    sign_in(browser)
    rows = "".join(f"P-{row},A lawyer helps refugees in district {row}.\n" for row in range(5_000))
    portfolio = tmp_path / "portfolio.csv"
    portfolio.write_text(f"id,title\n{rows}", "utf-8")
    find(browser, "#file").send_keys(str(portfolio))
    find(browser, "#upload-button").send_keys(Keys.ENTER)
    assert "portfolio.csv" in find(browser, "#upload-message .taken").text
    find(browser, ".job.queued, .job.running, .job.done")
    find(browser, ".job.done a[download]").send_keys(Keys.ENTER)
    result = tmp_path / "downloads" / "portfolio.tagged.csv"
    WebDriverWait(browser, SECONDS).until(lambda _: result.is_file())
    WebDriverWait(browser, SECONDS).until(lambda _: result.read_text("utf-8").count("\n") == 5_001)
    assert "5000" in find(browser, ".job.done .state").text


def test_a_text_is_read_with_its_words_marked(browser: Chrome) -> None:
    sign_in(browser)
    find(browser, "#title").send_keys("Aid", Keys.TAB, "Refugees receive shelter and a lawyer in the district court.")
    find(browser, "#text-button").send_keys(Keys.ENTER)
    assert "efugees" in find(browser, "#tagging mark").text
    assert "3.2" in find(browser, "#tagging ul").text


def test_the_language_is_switched_by_keyboard(browser: Chrome) -> None:
    sign_in(browser)
    for language, word in (("fr", "Déposez"), ("nl", "Zet hier"), ("en", "Drop a file")):
        find(browser, f"button[value={language}]").send_keys(Keys.ENTER)
        # The page of before may go at any moment between two looks at it.
        patient = WebDriverWait(browser, SECONDS, ignored_exceptions=(WebDriverException,))
        patient.until(text_to_be_present_in_element((By.ID, "drop"), word))
        patient.until(presence_of_element_located((By.CSS_SELECTOR, f"html[lang={language}]")))


def test_every_control_is_reached_by_tab_alone(browser: Chrome) -> None:
    sign_in(browser)
    wanted = {"file", "format", "upload-button", "title", "description", "text-button"}
    reached: list[str] = []
    for _ in range(30):
        ActionChains(browser).send_keys(Keys.TAB).perform()
        reached.append(browser.switch_to.active_element.get_attribute("id") or "")
    assert [name for name in dict.fromkeys(reached) if name in wanted] == [
        "file",
        "format",
        "upload-button",
        "title",
        "description",
        "text-button",
    ]


def test_a_developer_sends_calls_with_a_key_of_their_own(
    browser: Chrome, running: RunningService, tmp_path: Path
) -> None:
    browser.get(f"{running.url}/docs")
    find(browser, "#key").send_keys(running.case.key)
    example = Select(find(browser, "#post-v1-tag-example"))
    example.select_by_visible_text("nederlands")
    answer = send(browser, "post-v1-tag")
    assert "200" in answer
    assert '"id": "EX-NL-1"' in answer
    portfolio = tmp_path / "portfolio.csv"
    portfolio.write_text("title\nA lawyer helps refugees\n", "utf-8")
    browser.execute_script("document.querySelectorAll('details').forEach(one => one.open = true)")
    find(browser, "#post-v1-jobs-file").send_keys(str(portfolio))
    Select(find(browser, "#post-v1-jobs-report")).select_by_visible_text("oda")
    assert "202" in send(browser, "post-v1-jobs")
    find(browser, "#get-v1-jobs-limit").send_keys("1")
    assert '"report": "oda"' in send(browser, "get-v1-jobs")


def send(browser: Chrome, call: str) -> str:
    """Press the button of a call; return its answer."""
    find(browser, f"#{call} form button").send_keys(Keys.ENTER)
    place = (By.CSS_SELECTOR, f"#{call} .answer")
    WebDriverWait(browser, SECONDS).until(text_to_be_present_in_element(place, "x-request-id"))
    return browser.find_element(*place).text


def test_it_is_readable_on_a_phone(browser: Chrome) -> None:
    sign_in(browser)
    metrics = {"width": 360, "height": 720, "deviceScaleFactor": 2, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.refresh()
    time.sleep(0.2)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 360
    heights = browser.execute_script("return [...document.querySelectorAll('button')].map(b => b.offsetHeight)")
    assert min(heights) >= 40


def test_nothing_is_fetched_from_elsewhere(browser: Chrome, running: RunningService) -> None:
    sign_in(browser)
    names = browser.execute_script("return performance.getEntriesByType('resource').map(one => one.name)")
    assert names
    assert all(name.startswith(running.url) for name in names)
