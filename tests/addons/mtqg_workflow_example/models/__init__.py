from . import mtqg_example_request
