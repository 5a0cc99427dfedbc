from . import mtqg_demo
