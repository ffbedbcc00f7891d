"""The administrators' pages: what is crawled, what failed and why, and what can be done about it."""

from searchapi.admin.site import install

__all__ = ["install"]
