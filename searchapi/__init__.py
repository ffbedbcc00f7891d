"""Understand the query, rank, and answer: the HTTP interface and the pages."""
