from catalog.models.column_edge import ColumnEdge, Stirred
from catalog.models.dataset import Column, Dataset
from catalog.models.label import Label
from catalog.models.product import Product
from catalog.models.search import SearchDocument, SearchWord
from catalog.models.warehouse import Warehouse

__all__ = [
    "Column",
    "ColumnEdge",
    "Dataset",
    "Label",
    "Product",
    "SearchDocument",
    "SearchWord",
    "Stirred",
    "Warehouse",
]
