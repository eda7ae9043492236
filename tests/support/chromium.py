"""A real Chromium for the tests of the pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from programs import REQUIRE_BROWSER, do_without, find_program
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service as Driver

_BROWSER = find_program("chromium", "chromium-browser", "google-chrome")
_DRIVER = find_program("chromedriver")


def require_chromium() -> None:
    """Skip the test, or fail it where the programs are required, when they are missing."""
    if _BROWSER is None or _DRIVER is None:
        do_without(REQUIRE_BROWSER, "Chromium and its driver are not installed")


@contextmanager
def open_chromium(url: str, *arguments: str, downloads: Path | None = None) -> Iterator[Chrome]:
    """Open a page in a browser of its own; in the end nothing may stand in the log of the browser."""
    options = ChromeOptions()
    usual = ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--lang=en", "--disable-gpu")
    for argument in (*usual, *arguments):
        options.add_argument(argument)
    options.binary_location = str(_BROWSER)
    if downloads is not None:
        options.add_experimental_option("prefs", {"download.default_directory": str(downloads)})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = Chrome(options, Driver(str(_DRIVER)))
    driver.get(url)
    yield driver
    faults = [one["message"] for one in driver.get_log("browser")]  # type: ignore[no-untyped-call]
    driver.quit()
    assert faults == []
