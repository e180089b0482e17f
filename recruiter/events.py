"""The facts that this floor announces through the outbox, with their payload keys."""

# A profile, its addresses or its privacy changed. Key: member id. Payload: {}.
MEMBER_CHANGED = "member.changed"

# Many members were added at once. Key: the first id. Payload: first, last (ids, both included).
MEMBERS_ADDED = "members.added"

# An account was closed; its data is gone. Key: member id. Payload: {}. Comes before the
# member.changed of the same transaction.
MEMBER_CLOSED = "member.closed"

# A seat wrote to a member. Key: conversation id. Payload: {}.
INMAIL_SENT = "inmail.sent"

# A member answered an InMail. Key: conversation id. Payload: {"message": id}.
INMAIL_REPLIED = "inmail.replied"

# A member lets a company have contact details. Key: conversation id. Payload: {"share": id}.
CONTACT_SHARED = "contact.shared"

# A member took contact details back from a company. Key: "member:company". Payload: {}.
CONTACT_WITHDRAWN = "contact.withdrawn"

# A member gave an e-mail address that must be confirmed. Key: its id. Payload: {}.
ADDRESS_TO_CONFIRM = "member.address_to_confirm"

# A member wants a copy of their data. Key: the copy's id. Payload: {}.
DATA_COPY_ASKED = "member.data_copy_asked"

# A recruiter shared people for review. Key: request id. Payload: {}.
REVIEW_ASKED = "review.asked"

# A reviewer said what they think. Key: request id. Payload: {}.
REVIEW_GIVEN = "review.given"

# An alert found people who newly fit a saved search. Key: find id. Payload: {}.
SEARCH_FOUND = "search.found"

# Somebody who is no member yet was invited. Key: imported person id. Payload: {}.
PERSON_INVITED = "person.invited"
