{
    "name": "MTQG Reports",
    "summary": "Evaluation, ranking and reports on the capital of Vietnam's national "
    "target programs",
    "version": "19.0.1.0.0",
    "author": "MTQG",
    "license": "LGPL-3",
    "category": "Accounting/Localizations",
    "countries": ["vn"],
    "depends": ["mtqg_disbursement"],
    "external_dependencies": {"python": ["xlsxwriter"]},
    "data": [
        "security/ir.model.access.csv",
        "security/mtqg_reports_rules.xml",
        "data/mtqg_workflow_evaluation_data.xml",
        "data/mtqg_scheme_quarter_data.xml",
        "data/mtqg_scheme_year_data.xml",
        "views/mtqg_evaluation_views.xml",
        "views/mtqg_evaluation_score_views.xml",
        "views/mtqg_scheme_views.xml",
        "views/mtqg_reports_menus.xml",
    ],
    "demo": ["demo/mtqg_evaluation_demo.xml"],
}
