"""The facts that the ground floor announces through the outbox, with their payload keys."""

# A company's settings changed. Key: company id. Payload: {}.
COMPANY_CHANGED = "company.changed"

# Somebody was offered a seat. Key: invitation id. Payload: {}.
SEAT_INVITED = "seat.invited"
