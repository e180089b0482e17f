"""How rows of one ATS refer to it and to each other."""

from __future__ import annotations

# Options of a foreign key that is set by the statement that stores the row, under the lock of the
# ATS (`batches.batch`), which sees that the ATS exists: the database need not check each row again,
# which would cost a push as much as storing it. Give the table an index that starts with the key.
LINKED = {"db_index": False, "db_constraint": False}
