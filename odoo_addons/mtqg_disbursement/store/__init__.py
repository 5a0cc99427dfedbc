"""The SQL room: the only place of the register where SQL is written."""
