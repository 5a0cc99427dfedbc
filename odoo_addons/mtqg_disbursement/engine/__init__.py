"""The pure room: arithmetic and rules of the capital, known to nobody but Python."""
