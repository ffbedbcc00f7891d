"""Fetch, read and understand the agencies' pages, and keep what was learnt in the page store."""
