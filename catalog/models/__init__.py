from catalog.models.dataset import Column, Dataset
from catalog.models.product import Product
from catalog.models.search import SearchDocument, SearchWord
from catalog.models.warehouse import Warehouse

__all__ = ["Column", "Dataset", "Product", "SearchDocument", "SearchWord", "Warehouse"]
