"""The facts that this floor announces through the outbox, with their payload keys."""

# A profile, its addresses or its privacy changed. Key: member id. Payload: {}.
MEMBER_CHANGED = "member.changed"

# Many members were added at once. Key: the first id. Payload: first, last (ids, both included).
MEMBERS_ADDED = "members.added"

# An account was closed; its data is gone. Key: member id. Payload: {}. Comes before the
# member.changed of the same transaction.
MEMBER_CLOSED = "member.closed"

# A member answered an InMail. Key: conversation id. Payload: {"message": id}.
INMAIL_REPLIED = "inmail.replied"
