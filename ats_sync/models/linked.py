"""How rows of one ATS refer to each other."""

from __future__ import annotations

# Options of a foreign key that is set by the statement that stores the row, under the lock of the
# ATS (`batches.batch`): the database need not check each again, which would cost a push as much
# as storing it. That the ATS exists is checked. Give the table an index that starts with the key.
LINKED = {"db_index": False, "db_constraint": False}
