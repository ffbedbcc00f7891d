"""How an older store is brought to today's shape (Alembic). The store runs these itself when it is opened."""
