"""The demo federation: fictional agencies whose sites are served on loopback, to crawl and search."""
