"""The facts that this floor announces through the outbox, with their payload keys."""

# A profile, its addresses or its privacy changed. Key: member id. Payload: {}.
MEMBER_CHANGED = "member.changed"
