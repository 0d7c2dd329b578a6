"""One index of what can be searched, kept in the transaction that changes a row, and asked through `visible`.

Each room says in its `search.py` what its rows are found by and who may see them (`register`); its services call
`index` after they change a row and `forget` before they delete one. `find` asks.
"""

from common.search.registry import Address, Document, register
from common.search.writing import forget, index

__all__ = ["Address", "Document", "forget", "index", "register"]
