"""The Rest.li protocol, versions 1.0 and 2.0, on top of DRF's `APIView`; it knows no domain.

    URL table -> BatchView -> one method of a resource -> items, each with its own outcome

A resource is a declaration and a method per verb that it serves:

    class Candidate(msgspec.Struct, rename="camel"):
        first_name: str
        created: int

    class Candidates(BatchView):
        resource = "atsCandidates"
        names = {"rest": "candidates"}
        key = ComplexKey(
            "atsCandidateId", "dataProvider", "integrationContext",
            optional={"dataProvider": "ATS"},
            spellings={"rest": {"atsCandidateId": "externalCandidateId"}},
        )
        versions = ("202603",)
        authentication_classes = [...]            # DRF's hooks work as ever

        def check_keys(self, keys):               # refuses the whole request, before any write
            if any(key["integrationContext"] != self.request.auth.context for key in keys):
                raise RestliError(403, "...")

        def batch_update(self, items):            # only the items that are well formed so far
            good = [(item, found.value) for item in items if (found := item.decode(Candidate))]
            for item in candidates.upsert(good):  # one statement; item.fail(409, "...")

        def batch_get(self, items):
            for item in items:
                item.found({"firstName": "..."})  # neither found nor failed: answered as 404

        @finder("criteria")
        def by_criteria(self, query):             # query.text, number, texts, record, start, count
            return Page(rows, total=None)

        @action("rollSecret")
        def roll_secret(self, parameters):
            return {"secret": "..."}              # answered as {"value": ...}

Verbs: `get`, `update`, `partial_update`, `delete`, `create` take one Item; `batch_get`,
`batch_update`, `batch_partial_update`, `batch_delete`, `batch_create` take a list; `get_all` takes
the Query. A resource with only the batch verb serves the single one too. Patches are read already:
`item.patch.set`, `item.patch.delete`. Creations answer with `item.created(id, status=202)`. What a
resource does not define is a 405. Errors of one record: `item.fail(...)`; of the request: raise
`RestliError`. Throttles run last and may count `view.items` and fill `view.answer_headers`.

In the URL table the surface ("v2" or "rest"), the key of an entity and the key of a parent are
keyword arguments; keys may hold slashes, so the longer path comes first, and a last entry serves
404 in the contract's form (raise `no_such_resource(name)`):

    re_path(r"^(?P<surface>v2|rest)/atsCandidates/(?P<parent>.+)/notes(/(?P<key>.+?))?/?$", ...)
    re_path(r"^(?P<surface>v2)/atsCandidates(/(?P<key>.+?))?/?$", ...)

`tunnel.RestliMiddleware` must be first in MIDDLEWARE; its docstring says what the web server needs.

Modules, each importing only those before it: errors, syntax (text to parts), keys, projections
(`fields`), params (the query), entities and patches (bodies), items, envelopes (answers), paths,
routes (verbs), views, tunnel.
"""
