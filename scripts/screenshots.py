# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Pictures of each role's main screen, taken in Chinese in the demo company.

Called by ./aftersales screenshots with the company's port, the folder for the
pictures and, optionally, the names of those wanted. Says what it found wrong on
the way: errors of the browser's console, failed requests, pages wider than the
screen, and ends with an error then.
"""

import io
import re
import sys
from itertools import groupby
from pathlib import Path

from PIL import Image
from playwright.sync_api import Error, TimeoutError, sync_playwright

CHROMIUM = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync "
    "--disable-background-networking --disable-component-update"
).split()
DESK, PHONE = (1366, 768), (390, 844)
SERVICE, CLAIMS = "aftersales_service.aftersales", "aftersales_claims.aftersales"
START = f"/odoo/action-{SERVICE}_start_action"
#: what shows that a page of the back end is complete
VIEW = ".o_content > *, .o_action_manager > .o_action"
#: (login, screen, page, name of the picture); by login, then by screen
SCREENS = (
    ("hotline", DESK, START, "start-hotline"),
    (
        "hotline",
        DESK,
        f"/odoo/action-{SERVICE}_request_action",
        "requests",
    ),
    ("dispatcher", DESK, f"/odoo/action-{SERVICE}_order_board_action", "board"),
    ("dispatcher", DESK, START, "start-dispatcher"),
    ("tech01", PHONE, "/odoo/my-day", "my-day"),
    ("tech01", PHONE, START, "start-technician"),
    ("store", DESK, START, "start-storekeeper"),
    ("store", DESK, "/odoo/tool-counter", "tool-counter"),
    ("quality", DESK, START, "start-quality"),
    ("salesvp", DESK, START, "start-salesvp"),
    ("salesvp", DESK, "/odoo/service-figures", "service-figures"),
    ("accountant", DESK, START, "start-accountant"),
    ("accountant", DESK, f"/odoo/action-{CLAIMS}_claim_action", "claims"),
    ("manager", DESK, START, "start-manager"),
    ("hr", DESK, START, "start-hr"),
    ("customer", PHONE, "/my/requests", "portal"),
)


class Studio:
    """A browser looking at one server."""

    def __init__(self, browser, address):
        self.browser = browser
        self.address = address
        self.problems = []

    def open(self, login, size):
        """Return a page on which the user has logged in."""
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            has_touch=size == PHONE,
            is_mobile=size == PHONE,
            device_scale_factor=1,
        )
        context.set_default_timeout(120_000)
        page = context.new_page()
        page.on("console", lambda message: self.note(login, message))
        page.on("pageerror", lambda error: self.problems.append(f"{login}: {error}"))
        page.on("response", lambda answer: self.note_answer(login, answer))
        page.goto(f"{self.address}/web/login")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", "demo")
        page.click(".oe_login_buttons button[type=submit]")
        page.wait_for_selector(".o_web_client, .o_portal")
        return page

    def note(self, login, message):
        if message.type == "error":
            self.problems.append(f"{login}: console: {message.text[:200]}")

    def note_answer(self, login, answer):
        if answer.status >= 400:
            self.problems.append(f"{login}: {answer.status} {answer.url}")

    def take(self, page, path, name):
        """Return the picture of a page, complete, without chat windows over it."""
        page.goto(self.address + path)
        page.wait_for_selector(f"{VIEW}, .o_portal_wrap", state="attached")
        # lists and charts come after their frame, in their own time
        page.wait_for_timeout(2500)
        for close in page.query_selector_all(".o-mail-ChatWindow [title*='关闭']"):
            close.click()
        page.mouse.move(0, 0)
        wide = page.evaluate(
            "document.documentElement.scrollWidth > window.innerWidth + 1"
        )
        if wide:
            self.problems.append(f"{name}: wider than the screen")
        return page.screenshot(animations="disabled")


def shrink(data):
    """Return a PNG of the picture with few colours: a third of its size."""
    image = Image.open(io.BytesIO(data)).convert("RGB")
    method = Image.Quantize.FASTOCTREE
    reduced = image.quantize(128, method=method, dither=Image.Dither.NONE)
    output = io.BytesIO()
    reduced.save(output, "PNG", optimize=True)
    return output.getvalue()


def main(port, folder, browser_path, *names):
    unknown = set(names) - {name for *_rest, name in SCREENS}
    if unknown:
        known = ", ".join(name for *_rest, name in SCREENS)
        sys.exit(f"Unknown picture {', '.join(sorted(unknown))}: there are {known}.")
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [screen for screen in SCREENS if not names or screen[3] in names]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_path or None, args=CHROMIUM
        )
        studio = Studio(browser, f"http://127.0.0.1:{port}")
        for (login, size), screens in groupby(wanted, lambda screen: screen[:2]):
            page = studio.open(login, size)
            for _login, _size, path, name in screens:
                try:
                    picture = shrink(studio.take(page, path, name))
                except (Error, TimeoutError) as error:
                    first = re.split(r"\n", str(error))[0]
                    studio.problems.append(f"{name}: {first}")
                    continue
                (folder / f"{name}.png").write_bytes(picture)
                sys.stdout.write(f"{name}.png  {len(picture) // 1024} KB\n")
                sys.stdout.flush()
            page.context.close()
        browser.close()
    for problem in studio.problems:
        sys.stderr.write(f"  ! {problem}\n")
    return 1 if studio.problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
