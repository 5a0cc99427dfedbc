"""The SQL room of the window: what it stores in bulk, freezes, and reads as a whole."""
