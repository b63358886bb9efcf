#!/usr/bin/env python3
# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Take the pictures of README in a browser, from the running demo company.

Usage: take_screenshots.py ADDRESS BROWSER FOLDER [NAME ...]
"""

import io
import sys
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

DESKTOP, PHONE = (1366, 768), (390, 844)
PASSWORD = "demo"  # noqa: S105
#: what Chromium is not to look for on the network
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Shot:
    """A page of one role: where it is, and what to click before the picture."""

    name: str
    login: str
    path: str
    wait: str
    click: str = ""
    #: which of the elements to click
    nth: int = 0
    size: tuple = DESKTOP


def action(xmlid):
    return f"/odoo/action-{xmlid}"


ROW, CARD = ".o_data_row td.o_data_cell[name=name]", ".o_kanban_record"
FORM = ".o_form_view"
SHOTS = (
    Shot(
        "start", "manager", action("aftersales_service.aftersales_start_action"), CARD
    ),
    Shot(
        "hotline",
        "hotline",
        action("aftersales_service.aftersales_request_action"),
        FORM,
        ROW,
        nth=4,
    ),
    Shot(
        "dispatcher",
        "dispatcher",
        action("aftersales_service.aftersales_order_board_action"),
        ".vis-item",
    ),
    Shot("technician", "tech01", "/odoo/my-day", ".o_action_manager", size=PHONE),
    Shot("storekeeper", "store", "/odoo/tool-counter", ".o_action_manager input"),
    Shot(
        "quality",
        "quality",
        action("aftersales_claims.aftersales_part_return_action"),
        ".o_list_view, .o_kanban_view",
    ),
    Shot(
        "approver",
        "salesvp",
        action("aftersales_claims.aftersales_claim_action"),
        FORM,
        ROW,
    ),
    Shot(
        "accountant",
        "accountant",
        action("aftersales_claims.aftersales_recovery_action"),
        FORM,
        ROW,
    ),
    Shot(
        "manager",
        "manager",
        action("aftersales_service.aftersales_kpi_dashboard_action"),
        ".o_action_manager",
    ),
    Shot("customer", "customer", "/my/requests", "#wrap", size=PHONE),
)


def log_in(page, address, login):
    page.goto(f"{address}/web/login")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", PASSWORD)
    page.click(".oe_login_form button[type=submit]")
    page.wait_for_url(lambda url: "/web/login" not in url)


def take(browser, address, shot):
    """Return the picture of one page, as PNG."""
    width, height = shot.size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        has_touch=shot.size == PHONE,
    )
    try:
        page = context.new_page()
        # the first page of a fresh server bundles its scripts
        page.set_default_timeout(120_000)
        log_in(page, address, shot.login)
        page.goto(f"{address}{shot.path}")
        if shot.click:
            page.click(f"{shot.click} >> nth={shot.nth}")
        page.wait_for_selector(f"{shot.wait} >> nth=0")
        # charts and pictures come after what they stand in
        page.wait_for_timeout(2500)
        return page.screenshot()
    finally:
        context.close()


def save_small(picture, path):
    """Write ``picture`` with 128 colours: a third of the size, looks the same."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image.quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)


def main(address, browser_path, folder, *names):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
        for shot in SHOTS:
            if names and shot.name not in names:
                continue
            path = folder / f"{shot.name}.png"
            save_small(take(browser, address, shot), path)
            sys.stdout.write(f"{path} {path.stat().st_size // 1024} kB\n")
            sys.stdout.flush()
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
