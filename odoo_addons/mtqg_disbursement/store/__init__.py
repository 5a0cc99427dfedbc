"""The SQL room: the only place of the register, with ``report``, where SQL is written."""
