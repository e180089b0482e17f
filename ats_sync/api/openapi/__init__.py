"""The OpenAPI 3.1 document of each surface, built from what the resources declare of themselves.

    URL table -> Place: a resource at its paths -> operations per HTTP verb -> document

A generator for ordinary REST cannot know that one URL serves several Rest.li methods, so the
document is built here: paths, keys, methods and field names are the resources' own, the Structs
of their records become JSON schemas, and the examples are the stories of fixtures/wire, which
the tests replay. Only what no code can tell stands in `catalogue`.

Modules, each importing only those before it: answers, catalogue, places, examples, schemas,
parameters, bodies, operations, document, views, urls.
"""
