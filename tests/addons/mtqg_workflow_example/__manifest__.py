{
    "name": "MTQG Workflow Example",
    "summary": "A model of another addon under workflow: the least that it takes",
    "version": "19.0.1.0.0",
    "author": "MTQG",
    "license": "LGPL-3",
    "category": "Hidden",
    "depends": ["mtqg_disbursement"],
    "data": [
        "security/ir.model.access.csv",
        "security/mtqg_example_request_rules.xml",
        "data/mtqg_workflow_example_data.xml",
        "views/mtqg_example_request_views.xml",
    ],
}
