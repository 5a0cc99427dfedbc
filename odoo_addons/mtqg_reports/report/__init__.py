"""The SQL room of the window: what it stores in bulk, and what it freezes."""
