"""Last touch on the template database, read by `odoo shell`."""

# The demonstration asks nobody outside the machine: no enrichment of companies, no
# completion of partners' names, no monthly notification to Odoo's publisher.
silent = "http://127.0.0.1:9"
parameters = env["ir.config_parameter"]
for service in ("iap", "enrich", "sms", "iap.partner_autocomplete", "snailmail"):
    parameters.set_param(f"{service}.endpoint", silent)
if "iap_enrich_auto_done" in env["res.company"]:
    env["res.company"].search([]).iap_enrich_auto_done = True
env.ref("mail.ir_cron_module_update_notification").active = False

# wkhtmltopdf fetches the styles of a report from the server itself.
parameters.set_param("report.url", "http://127.0.0.1:8069")

# What the first page and the first browser test would else wait ten seconds for. Odoo's
# own way to do this makes the bundles of its unit tests, too, which takes a minute.
bundles = env["ir.qweb"]
for name in (
    "web.assets_web",
    "web.assets_frontend",
    "web.assets_frontend_lazy",
    "web.assets_frontend_minimal",
    "web.assets_tests",
    "web.__assets_tests_call__",
):
    bundles._get_asset_bundle(name, css=False, js=True).js()
    bundles._get_asset_bundle(name, css=True, js=False).css()
bundles._get_asset_bundle("web.assets_web_print", css=True, js=False).css()
bundles._get_asset_bundle("web.report_assets_common", css=True, js=False).css()
env.cr.commit()
