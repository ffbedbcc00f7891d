"""Which documents do the agencies publish? Minutes, plans and blanks, made when they are asked for."""

from demo.documents.library import Document, Library, library

__all__ = ["Document", "Library", "library"]
