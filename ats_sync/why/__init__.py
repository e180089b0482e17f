"""The chain of reasons behind what is there and what is absent, one module a question.

Each `explain_…` reads, never writes, in a fixed number of queries, and gives `Chain`s. They are
for administrators: a recruiter is told less (ats_sync.absence, ats_sync.export_question).
"""
