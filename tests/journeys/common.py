"""How a person uses the screens: the helpers of the journeys.

Elements are found by their technical names, so that a journey holds in any language.
"""

import os
import re
import xmlrpc.client
from pathlib import Path

from playwright.sync_api import expect

ROOT = Path(__file__).parents[2]
APP = "mtqg_disbursement.menu_root"
# an official's laptop
SEAT = {
    "viewport": {"width": 1366, "height": 768},
    "locale": "vi-VN",
    "timezone_id": "Asia/Ho_Chi_Minh",
}


def screenshot_folder():
    """Return the folder for pictures of the journeys, made where it is missing."""
    home = Path(os.environ.get("MTQG_HOME") or ROOT / ".odoo")
    folder = home / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class Register:
    """What is stored, read over XML-RPC as the administrator who sees everything."""

    def __init__(self, url, database, login="admin"):
        self.database, self.password = database, login
        common = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/common")
        self.uid = common.authenticate(database, login, login, {})
        self.object = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/object")

    def call(self, model, method, *args, **kwargs):
        """Call a public method of a model."""
        return self.object.execute_kw(
            self.database, self.uid, self.password, model, method, args, kwargs
        )

    def read(self, model, domain, *names):
        """Return the records of a domain as dicts; a many2one is its name."""
        rows = self.call(model, "search_read", domain, list(names), order="id")
        return [
            {
                name: value[1] if isinstance(value, list) else value
                for name, value in row.items()
            }
            for row in rows
        ]

    def read_one(self, model, domain, *names):
        """Return the only record of a domain."""
        (row,) = self.read(model, domain, *names)
        return row


class Person:
    """Somebody at a browser of his own; ``page`` is what he sees."""

    def __init__(self, browser, url, login):
        self.url = url
        self.errors = []
        self.page = browser.new_page(**SEAT)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.asking = set()
        self.page.on("request", self._note_question)
        self.page.on("requestfinished", self._note_answer)
        self.page.on("requestfailed", self._note_answer)
        self.page.goto(f"{url}/web/login")
        self.page.fill("input[name=login]", login)
        self.page.fill("input[name=password]", login)
        self.page.click(".oe_login_form button[type=submit]")
        self.page.wait_for_selector(".o_main_navbar")

    def leave(self):
        """Close the browser page; no error may have happened in it.

        :raise AssertionError: with the errors of the page
        """
        self.page.close()
        assert not self.errors, self.errors

    def open_menu(self, *menus):
        """Open a screen of the app through its menus, named without the module."""
        self.page.click(".o_navbar_apps_menu button")
        self.page.click(f"[data-menu-xmlid='{APP}']")
        for menu in menus:
            name = menu if "." in menu else f"mtqg_disbursement.{menu}"
            entry = self.page.locator(f"[data-menu-xmlid='{name}']")
            expect(entry.first).to_be_attached()
            if not entry.first.is_visible():
                # what has no room in the bar stands behind its last button
                self.page.click(".o_menu_sections_more button")
                continue
            entry.first.click()

    def open_row(self, text):
        """Open the row of a list that shows a text."""
        self.page.locator(".o_data_row .o_data_cell", has_text=text).first.click()
        self.page.wait_for_selector(".o_form_view .o_form_sheet")

    def open_task(self, text):
        """Open a document that waits, from the inbox."""
        self.page.locator(".o_mtqg_inbox .o_data_row", has_text=text).first.click()
        self.page.click(".o_mtqg_preview .o_mtqg_open")
        self.page.wait_for_selector(".o_form_view .o_form_sheet")

    def press(self, name):
        """Press a button of the form by its method, and wait for its effect."""
        buttons = self.page.locator(f".o_form_view button[name='{name}']:visible")
        with self.page.expect_response(re.compile("call_button")):
            buttons.first.click()
        self.wait_idle()

    def _note_question(self, request):
        if request.resource_type in {"fetch", "xhr"}:
            self.asking.add(request)

    def _note_answer(self, request):
        self.asking.discard(request)

    def wait_idle(self):
        """Wait until the server has answered everything and the client has drawn it."""
        quiet = 0
        for _moment in range(300):
            self.page.wait_for_timeout(100)
            quiet = 0 if self.asking else quiet + 1
            if quiet > 2:
                return
        raise AssertionError([request.url for request in self.asking])

    def field(self, name, within=".o_form_view"):
        """Return the widget of a field."""
        return self.page.locator(f"{within} .o_field_widget[name='{name}']").first

    def write(self, name, value, within=".o_form_view"):
        """Type a value into a field, and leave it."""
        box = self.field(name, within).locator("input, textarea").first
        box.fill(value)
        box.press("Tab")

    def choose(self, name, text, within=".o_form_view"):
        """Choose a record in a many2one by a text that its name contains."""
        box = self.field(name, within).locator("input").first
        box.click()
        box.fill(text)
        option = self.page.locator(".o-autocomplete--dropdown-item a", has_text=text)
        option.first.click()
        expect(box).not_to_have_value("")

    def open_tab(self, name):
        """Open a page of the notebook."""
        self.page.click(f".o_notebook .nav-link[name='{name}']")

    def add_paper(self, kind, number, issuer, file):
        """Add a paper with a file to the document that is open."""
        self.open_tab("papers")
        table = ".o_field_widget[name='paper_ids']"
        self.page.click(f"{table} .o_field_x2many_list_row_add a, {table} .o_list_add")
        row = f"{table} .o_selected_row"
        self.choose("type_id", kind, row)
        self.write("number", number, row)
        self.write("date", "25/11/2024", row)
        self.field("issuer", row).locator("input").fill(issuer)
        self.page.set_input_files(f"{row} [name='file'] input[type=file]", file)
        self.wait_idle()

    def save(self):
        """Save the form."""
        self.page.click(".o_form_button_save:visible")
        expect(self.page.locator(".o_form_button_save:visible")).to_have_count(0)
        self.wait_idle()

    def photograph(self, name):
        """Keep a picture of the screen."""
        self.wait_idle()
        self.page.screenshot(path=screenshot_folder() / f"{name}.png")
