{
    "name": "Document of the bench under tier validation",
    "summary": "Only for the comparison in the bench; nothing depends on it",
    "version": "19.0.1.0.0",
    "author": "MTQG",
    "license": "AGPL-3",
    "category": "Hidden",
    "depends": ["base_tier_validation"],
    "data": ["security/ir.model.access.csv"],
    "installable": True,
}
