"""The desk of webhooks in a real browser: it fits, complains of nothing, and shuts nobody out."""

from __future__ import annotations

import pytest

from passport.models import WebhookDelivery, WebhookEndpoint
from tests.pages.axe import serious
from tests.pages.browser import Browser, needs_chromium
from tests.pages.conftest import People
from tests.pages.test_browser import fits, sit_down
from tests.passport import hooking, receivers

pytestmark = [pytest.mark.browser, needs_chromium]
HERE = "/desk/webhooks/"


@pytest.fixture(autouse=True)
def _on(settings, tmp_path):
    hooking.switch_on(settings, tmp_path)


@pytest.fixture
def failed(people: People) -> WebhookEndpoint:
    """An endpoint of the keeper's that was switched off, with messages of every state."""
    desk = people.at_desk("keeper")
    with receivers.receiving() as receiver:
        desk.post(HERE, {"url": receiver.url, "description": "Store"})
        with people.as_system():
            made = WebhookEndpoint.objects.get(party=people.stage.cast["keeper"])
        for line in ("200 OK", "410 Gone"):
            receiver.script = receivers.status(line)
            desk.post(f"{HERE}{made.pk}/test")
            with people.as_system():
                rows = WebhookDelivery.objects.filter(endpoint=made).order_by("-id")
                hooking.send(rows[0].next_at)
        desk.post(f"{HERE}{made.pk}/test")
    return made


def test_the_pages_fit_and_complain_of_nothing(
    browser: Browser, live: str, people: People, failed: WebhookEndpoint
) -> None:
    sit_down(browser, live, people, "keeper")
    for address in (HERE, f"{HERE}{failed.pk}/"):
        fits(browser, live + address)


@pytest.mark.oracle
def test_the_pages_shut_nobody_out(
    browser: Browser, live: str, people: People, failed: WebhookEndpoint
) -> None:
    sit_down(browser, live, people, "keeper")
    for address in (HERE, f"{HERE}{failed.pk}/"):
        browser.open(live + address)
        assert serious(browser) == [], address
