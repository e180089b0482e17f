"""The versions of the /rest/ surface that this server speaks; they differ in nothing so far."""

# Every month since the first one that vendors could ask for (contract.md 21).
VERSIONS = tuple(
    f"{year}{month:02}"
    for year in (2025, 2026)
    for month in range(1, 13)
    if (year, month) <= (2026, 4)
)
