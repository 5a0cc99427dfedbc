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

# Else the first page of each browser test waits ten seconds for them.
env["ir.qweb"]._pregenerate_assets_bundles()
env.cr.commit()
