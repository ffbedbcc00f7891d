"""The demo federation: fictional agencies whose sites are served on loopback, to crawl and search.

`serve(port)` serves until interrupted, `background(port)` while a block runs; `registry_text(port)` is the
registry of the agencies, `truth(port)` what their authors know of each page, to measure against.
"""

from demo.application import background, serve
from demo.registry import registry_text
from demo.truth import PageTruth, truth

__all__ = ["PageTruth", "background", "registry_text", "serve", "truth"]
