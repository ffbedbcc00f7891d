"""Swedish analysis, and the index that is derived from the page store."""
