"""What does a page mean to a citizen? Doctype, e-legitimation, contacts, actions."""

from crawler.understand.assemble import MAX_TEXT, behind_login, understand

__all__ = ["MAX_TEXT", "behind_login", "understand"]
