"""A rehearsal of the partner certification: a vendor's program that plays the published rules.

It speaks the public contract over HTTP and nothing else, so it runs against any deployment. What
only a person can see in a page, or do in one, it says so instead of guessing.
"""
