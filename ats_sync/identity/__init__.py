"""Who is this candidate among the members? A pure engine: no models, no database, no settings.

The way of a pair, one module a step:

    normal, names     text as people type it -> the form by which it is compared
    records           JSON Resume and the ATS contract -> MemberRecord, CandidateRecord
    keys              a record -> 64-bit keyed hashes; only records that share one are compared
    near              of those, the few that share the rarest keys
    features          compare(member, candidate) -> Evidence: ten fields, each a small level
    weights, score    levels and the counts of a Population -> hundredths of a bit
    gates             what a machine may link by itself, and why it may not
    decide            decide(candidate, pairs, population) -> Decision: one link or suggestions
    reasons           a proposal in words that name fields, never values

Beside it: `shared` (addresses of many people), `learn` (weights without labels), `evaluate`
(figures with intervals), `files` and `pairing` (the engine over two files), `febrl` (a public
benchmark). Rules and figures are those of matching.md.

    population = CountedPopulation().count(members)
    near = [member for member in members if keys_of_member(member) & keys_of_candidate(candidate)]
    decision = decide(candidate, [(m, compare(m, candidate)) for m in near], population)
    if decision.automatic:
        print(decision.automatic.member.id, reasons(decision.automatic))
"""
