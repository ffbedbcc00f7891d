"""What can be done, read and asked, as lists? The catalogue of the index, by agency and subject."""

from searchapi.catalogue.entries import Catalogue, Entry
from searchapi.catalogue.keeper import CatalogueKeeper

__all__ = ["Catalogue", "CatalogueKeeper", "Entry"]
