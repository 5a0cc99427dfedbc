{
    "name": "MTQG Capital",
    "summary": "Capital of Vietnam's national target programs: allocation, commitment, "
    "approval, disbursement, deadlines",
    "version": "19.0.1.0.0",
    "author": "MTQG",
    "license": "LGPL-3",
    "category": "Accounting/Localizations",
    "countries": ["vn"],
    "depends": ["mail", "resource", "web", "base_import"],
    "external_dependencies": {"python": ["python_calamine", "xlsxwriter"]},
    "data": [
        "security/mtqg_disbursement_groups.xml",
        "security/ir.model.access.csv",
        "security/mtqg_disbursement_rules.xml",
        "data/mtqg.program.csv",
        "data/mtqg_paper_type_data.xml",
        "data/mtqg_workflow_decision_data.xml",
        "data/mtqg_workflow_disbursement_data.xml",
        "data/mtqg_workflow_project_data.xml",
        "wizard/mtqg_workflow_reason_views.xml",
    ],
    "demo": [],
    "assets": {
        "web.assets_backend": ["mtqg_disbursement/static/src/**/*"],
    },
    "application": True,
}
