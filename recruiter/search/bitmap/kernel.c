/* The hot loops of a search: kernel.py compiles and calls them, and says why they are in C.

   Sets are roaring bitmaps in the portable format: a cookie, the number of containers, a key and
   a size for each, their offsets, their contents. Words are read with memcpy, since containers
   may lie at odd addresses. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static inline uint16_t read16(const uint8_t *at) { uint16_t v; memcpy(&v, at, 2); return v; }
static inline uint32_t read32(const uint8_t *at) { uint32_t v; memcpy(&v, at, 4); return v; }
static inline uint64_t read64(const uint8_t *at) { uint64_t v; memcpy(&v, at, 8); return v; }

enum { WORDS = 1024, SPARSE = 4096, RUNS = 12347 };
/* What things cost, in steps of 0.1 ns, as measured: a set's container of bits, of a list, each
   number in it; a member's row and each value in it; a value that planes tell of, a container; a
   member in a column. */
enum { BITS = 4500, LIST = 80, NUMBER = 4, ROW = 40, VALUE = 4, PLANED = 1300, LINED_UP = 11 };
enum { PLANES = 7, SPAN = 8 }; /* planes at most; words that are split at a time */
/* What is fetched before it is wanted: rows into the larger cache, which can wait for more of them
   at once, from there into the smaller one; words of bits. */
enum { FAR = 64, NEAR = 8, FAR_WORDS = 2048 };
enum { GLANCE = 64 }; /* counts that are looked at together */

/* ------------------------------------------------------------------------------------- scratch */
/* Memory that a thread keeps: fresh pages would cost a tenth of a broad search. */
typedef struct { void *at; size_t size; } Scratch;

static void *room(Scratch *scratch, size_t size)
{
    if (size > scratch->size) {
        free(scratch->at);
        scratch->at = malloc(size);
        scratch->size = scratch->at ? size : 0;
    }
    return scratch->at;
}

/* --------------------------------------------------------------------------------- reading sets */
typedef struct {
    const uint8_t *flags, *heads, *first;
    uint32_t containers;
} Set;

static Set opened(const uint8_t *at)
{
    uint32_t cookie = read32(at);
    Set set = {NULL, at + 8, NULL, 0};
    if ((cookie & 0xFFFF) == RUNS) {
        set.containers = (cookie >> 16) + 1;
        set.flags = at + 4;
        set.heads = set.flags + (set.containers + 7) / 8;
    } else {
        set.containers = read32(at + 4);
    }
    set.first = set.heads + 4 * (size_t)set.containers;
    if (!set.flags || set.containers >= 4) set.first += 4 * (size_t)set.containers; /* offsets */
    return set;
}

static int has_runs(const Set *set, uint32_t c)
{
    return set->flags && (set->flags[c / 8] >> (c % 8)) & 1;
}

/* Read a set: as numbers, as bits, or both; whichever array is there. */
static void unpack(const uint8_t *serialized, uint32_t *numbers, uint64_t *bits)
{
    Set set = opened(serialized);
    const uint8_t *at = set.first;
    for (uint32_t c = 0; c < set.containers; c++) {
        uint32_t high = (uint32_t)read16(set.heads + 4 * c) << 16;
        uint32_t size = (uint32_t)read16(set.heads + 4 * c + 2) + 1;
        uint64_t *block = bits ? bits + (uint64_t)(high >> 16) * WORDS : NULL;
        if (has_runs(&set, c)) {
            uint32_t runs = read16(at);
            for (uint32_t r = 0; r < runs; r++) {
                uint32_t low = read16(at + 2 + 4 * r), last = low + read16(at + 4 + 4 * r);
                for (; low <= last; low++) {
                    if (bits) block[low >> 6] |= 1ULL << (low & 63);
                    if (numbers) *numbers++ = high | low;
                }
            }
            at += 2 + 4 * (size_t)runs;
        } else if (size <= SPARSE) {
            for (uint32_t i = 0; i < size; i++) {
                uint32_t low = read16(at + 2 * i);
                if (bits) block[low >> 6] |= 1ULL << (low & 63);
                if (numbers) *numbers++ = high | low;
            }
            at += 2 * (size_t)size;
        } else {
            if (bits) memcpy(block, at, 8 * WORDS);
            for (uint32_t w = 0; numbers && w < WORDS; w++)
                for (uint64_t word = read64(at + 8 * w); word; word &= word - 1)
                    *numbers++ = high | w << 6 | (uint32_t)__builtin_ctzll(word);
            at += 8 * WORDS;
        }
    }
}

/* ---------------------------------------------------------------------------------- facet panels */
/* One facet's columns, as counting.Facet explains them; `first` is its first value's number in
   the rows, `order` the labels' alphabetical one. */
typedef struct {
    const uint64_t *at, *dense;
    const uint32_t *frequency, *order;
    const uint64_t *planes;
    const uint16_t *column;
    const uint32_t (*beside)[2];
    uint64_t n, n_dense, first, n_planes, n_beside;
} Facet;

/* Members' values of several facets, as counting.Rows explains them: rows of `width` numbers of
   so many `bytes` each, and `n_longer` pairs of what found no room there. */
typedef struct {
    const void *values;
    const uint32_t (*longer)[2];
    uint64_t n_longer, stated, kinds, width, bytes;
} Rows;

/* The members found: how many of how many, and one bit for each. */
typedef struct { uint64_t n, universe, blocks; uint64_t *bits; } Hits;

/* The best values so far: the greater count first, of equals the first by label. */
typedef struct { uint32_t most, held, *ranks, *counts; } Best;

static void consider(Best *best, const Facet *facet, uint32_t rank, uint32_t count)
{
    uint32_t place = best->held;
    if (!count || (place == best->most && count < best->counts[place - 1])) return;
    while (place && (best->counts[place - 1] < count ||
                     (best->counts[place - 1] == count &&
                      facet->order[best->ranks[place - 1]] > facet->order[rank]))) place--;
    if (place == best->most) return;
    if (best->held < best->most) best->held++;
    for (uint32_t at = best->held - 1; at > place; at--) {
        best->ranks[at] = best->ranks[at - 1];
        best->counts[at] = best->counts[at - 1];
    }
    best->ranks[place] = rank;
    best->counts[place] = count;
}

/* Values are numbered by falling frequency: whether none from this one on can be among the best. */
static int settled(const Best *best, const Facet *facet, uint64_t v)
{
    return best->held == best->most && facet->frequency[v] < best->counts[best->held - 1];
}

/* Broad results, set by set: how many members of a set are among the hits. */
static uint32_t count_and(const uint8_t *serialized, const Hits *hits)
{
    Set set = opened(serialized);
    const uint8_t *at = set.first;
    uint32_t found = 0;
    for (uint32_t c = 0; c < set.containers; c++) {
        const uint64_t *block = hits->bits + (size_t)read16(set.heads + 4 * c) * WORDS;
        uint32_t size = (uint32_t)read16(set.heads + 4 * c + 2) + 1;
        if (has_runs(&set, c)) {
            uint32_t runs = read16(at);
            for (uint32_t r = 0; r < runs; r++) {
                uint32_t low = read16(at + 2 + 4 * r), last = low + read16(at + 4 + 4 * r);
                for (; low <= last; low++) found += (block[low >> 6] >> (low & 63)) & 1;
            }
            at += 2 + 4 * (size_t)runs;
        } else if (size <= SPARSE) {
            for (uint32_t i = 0; i < size; i++) {
                uint16_t bit = read16(at + 2 * i);
                found += (block[bit >> 6] >> (bit & 63)) & 1;
            }
            at += 2 * (size_t)size;
        } else {
            for (uint32_t i = 0; i < WORDS; i++)
                found += (uint32_t)__builtin_popcountll(block[i] & read64(at + 8 * i));
            at += 8 * WORDS;
        }
    }
    return found;
}

/* The same for a set of which there is one bit a member, too. */
static uint32_t count_dense(const uint64_t *set, const Hits *hits)
{
    uint64_t found = 0;
    for (uint64_t i = 0; i < hits->blocks * WORDS; i += 8) {
        __builtin_prefetch(set + i + FAR_WORDS, 0, 2);
        for (uint64_t j = i; j < i + 8; j++)
            found += (uint64_t)__builtin_popcountll(set[j] & hits->bits[j]);
    }
    return (uint32_t)found;
}

static uint64_t cost_of_value(const Facet *facet, const Hits *hits, uint64_t v)
{
    return hits->blocks * (v < facet->n_dense ? BITS : LIST) +
           (v < facet->n_dense ? 0 : NUMBER * (uint64_t)facet->frequency[v]);
}

/* What a walk over the sets will cost, if values are spread evenly over members; at most a limit. */
static uint64_t cost_of_walk(const Facet *facet, const Hits *hits, uint32_t most, uint64_t limit)
{
    uint64_t cost = 0, least = 0;
    if (facet->n > most) least = (uint64_t)facet->frequency[most - 1] * hits->n / hits->universe;
    for (uint64_t v = 0; v < facet->n && facet->frequency[v] >= least && cost < limit; v++)
        cost += cost_of_value(facet, hits, v);
    return cost < limit ? cost : limit;
}

/* Count value by value, the most frequent first, until none that is left can be among the best.
   Returns 0 when the budget is spent before. */
static int walk(const Facet *facet, const Hits *hits, const uint8_t *sets, int64_t *budget,
                Best *best)
{
    for (uint64_t v = 0; v < facet->n && !settled(best, facet, v); v++) {
        if ((*budget -= (int64_t)cost_of_value(facet, hits, v)) < 0) return 0;
        consider(best, facet, (uint32_t)v,
                 v < facet->n_dense ? count_dense(facet->dense + v * hits->blocks * WORDS, hits)
                                    : count_and(sets + facet->at[v], hits));
    }
    return 1;
}

/* Broad results of a facet of which each member has one value or none, all values in one go: plane
   p has bit p of each member's value, counted from 1. Split by one plane after the other, the hits
   fall into values. */
typedef uint64_t Span __attribute__((vector_size(8 * SPAN)));

static inline Span ones(Span words)
{
    uint64_t each[SPAN];
    memcpy(each, &words, sizeof each);
    for (int i = 0; i < SPAN; i++) each[i] = (uint64_t)__builtin_popcountll(each[i]);
    memcpy(&words, each, sizeof each);
    return words;
}

static void count_planes(const Facet *facet, const Hits *hits, uint32_t *counts)
{
    const uint64_t n = facet->n, words = hits->blocks * WORDS;
    Span sums[1 << PLANES], parts[1 << PLANES], plane;
    memset(sums, 0, sizeof sums);
    for (uint64_t i = 0; i < words; i += SPAN) {
        memcpy(parts, hits->bits + i, sizeof *parts);
        for (uint64_t p = facet->n_planes; --p > 0;) {
            memcpy(&plane, facet->planes + p * words + i, sizeof plane);
            for (uint64_t part = (n >> (p + 1)) + 1; part-- > 0;) {
                Span whole = parts[part];
                parts[2 * part + 1] = whole & plane;
                parts[2 * part] = whole & ~plane;
            }
        }
        memcpy(&plane, facet->planes + i, sizeof plane);
        for (uint64_t part = 0; part <= n / 2; part++) {
            sums[2 * part] += ones(parts[part] & ~plane);
            sums[2 * part + 1] += ones(parts[part] & plane);
        }
    }
    for (uint64_t v = 0; v < n; v++) {
        counts[v] = 0;
        for (int i = 0; i < SPAN; i++) counts[v] += (uint32_t)sums[v + 1][i];
    }
}

static uint64_t cost_of_planes(const Facet *facet, const Hits *hits)
{
    return facet->n_planes ? hits->blocks * PLANED * facet->n : UINT64_MAX;
}

/* Write a facet's planes, of so many blocks each, from its column. */
void spell(const uint16_t *column, uint64_t members, uint64_t blocks, uint64_t n_planes,
           uint64_t *planes)
{
    for (uint64_t member = 0; member < members; member++)
        for (uint64_t p = 0; p < n_planes; p++)
            planes[p * blocks * WORDS + member / 64] |=
                (uint64_t)(column[member] >> p & 1) << (member & 63);
}

/* The same, member by member: `column` has one value of each, counted from 1, and `beside` pairs
   of a member and a value where somebody has several. Neighbours are counted apart, since a count
   that was just written can't be read at once. */
static void count_column(const Facet *facet, const uint32_t *members, uint64_t n, uint32_t *counts)
{
    uint32_t *other = counts + facet->n + 1;
    uint64_t i = 0, b = 0;
    for (; i + 1 < n; i += 2)
        counts[facet->column[members[i]]]++, other[facet->column[members[i + 1]]]++;
    if (i < n) counts[facet->column[members[i]]]++;
    for (uint64_t v = 0; v <= facet->n; v++) counts[v] += other[v];
    for (i = 0; b < facet->n_beside && i < n;) {
        if (facet->beside[b][0] < members[i]) b++;
        else if (facet->beside[b][0] > members[i]) i++;
        else counts[facet->beside[b++][1]]++;
    }
}

static uint64_t cost_of_column(const Facet *facet, const Hits *hits)
{
    return facet->column ? hits->n * LINED_UP + facet->n_beside * LINED_UP : UINT64_MAX;
}

/* The way to count a facet by itself, and its cost; beyond a limit, that is all that is known. */
typedef enum { SETS, ALL_PLANES, COLUMN } Way;

static uint64_t cost_of_way(const Facet *facet, const Hits *hits, uint32_t most, uint64_t limit,
                            Way *way)
{
    uint64_t least = cost_of_column(facet, hits), planes = cost_of_planes(facet, hits), walk;
    *way = COLUMN;
    if (planes < least) least = planes, *way = ALL_PLANES;
    walk = cost_of_walk(facet, hits, most, least < limit ? least : limit);
    if (walk < least) least = walk, *way = SETS;
    return least;
}

/* Write a facet's column from the rows: `first` is its first value's number in them, `n` how many
   values it has. Returns how many pairs there are beside it, or `room` + 1 when they are more. */
uint64_t line_up(const Rows *rows, uint64_t members, uint64_t first, uint64_t n, uint16_t *column,
                 uint32_t (*beside)[2], uint64_t room)
{
    uint64_t pairs = 0, longer = 0;
    for (uint64_t member = 0; member < members; member++) {
        const uint16_t *narrow = (const uint16_t *)rows->values + member * rows->width;
        const uint32_t *wide = (const uint32_t *)rows->values + member * rows->width;
        uint64_t held = rows->bytes == 2 ? narrow[0] : wide[0];
        for (uint64_t at = 1; at <= held; at++) {
            uint64_t value = at < rows->width ? (rows->bytes == 2 ? narrow[at] : wide[at])
                                              : rows->longer[longer++][1];
            if (value - first >= n) continue;
            if (!column[member]) {
                column[member] = (uint16_t)(value - first + 1);
            } else {
                if (pairs == room) return room + 1;
                beside[pairs][0] = (uint32_t)member;
                beside[pairs++][1] = (uint32_t)(value - first + 1);
            }
        }
    }
    return pairs;
}

/* Narrow results, row by row: the values of all facets in one go. */
static void count_longer(const Rows *rows, uint32_t member, uint32_t *counts)
{
    uint64_t low = 0, high = rows->n_longer;
    while (low < high) {
        uint64_t middle = (low + high) / 2;
        if (rows->longer[middle][0] < member) low = middle + 1; else high = middle;
    }
    for (; low < rows->n_longer && rows->longer[low][0] == member; low++)
        counts[rows->longer[low][1]]++;
}

/* Four values at a time, since where a row ends can't be foretold. Behind its end it holds zeros,
   so the count of value 0 is mended. Rows are a multiple of four wide. */
#define COUNT_ROWS(name, type)                                                                    \
    static void name(const Rows *rows, const uint32_t *members, uint64_t n, uint32_t *counts)     \
    {                                                                                             \
        const type *values = rows->values;                                                        \
        const size_t width = rows->width;                                                         \
        uint64_t padded = 0;                                                                      \
        for (uint64_t i = 0; i < n; i++) {                                                        \
            for (size_t at = 0; at < width; at += 64 / sizeof *values) {                          \
                if (i + FAR < n)                                                                  \
                    __builtin_prefetch(values + members[i + FAR] * width + at, 0, 2);             \
                if (i + NEAR < n)                                                                 \
                    __builtin_prefetch(values + members[i + NEAR] * width + at);                  \
            }                                                                                     \
            const type *row = values + members[i] * width;                                        \
            size_t held = row[0] < width ? row[0] : width - 1, end = (held + 4) & ~(size_t)3;     \
            counts[row[1]]++, counts[row[2]]++, counts[row[3]]++;                                 \
            for (size_t at = 4; at < end; at += 4)                                                \
                counts[row[at]]++, counts[row[at + 1]]++, counts[row[at + 2]]++,                  \
                    counts[row[at + 3]]++;                                                        \
            padded += end - 1 - held;                                                             \
            if (row[0] >= width) count_longer(rows, members[i], counts);                          \
        }                                                                                         \
        counts[0] -= (uint32_t)padded;                                                            \
    }
COUNT_ROWS(count_rows_16, uint16_t)
COUNT_ROWS(count_rows_32, uint32_t)

static void choose(const Facet *facet, const uint32_t *counts, Best *best)
{
    uint32_t least = 1;
    for (uint64_t v = 0; v < facet->n && !settled(best, facet, v); v += GLANCE) {
        uint64_t end = v + GLANCE < facet->n ? v + GLANCE : facet->n;
        uint32_t greatest = 0;
        for (uint64_t u = v; u < end; u++) greatest = counts[u] > greatest ? counts[u] : greatest;
        if (greatest < least) continue; /* as mostly, when few members were found */
        for (uint64_t u = v; u < end; u++) {
            if (counts[u] < least) continue;
            consider(best, facet, (uint32_t)u, counts[u]);
            if (best->held == best->most) least = best->counts[best->held - 1];
        }
    }
}

/* Panels of some facets that have their values in the same rows: `most` values of each. */
typedef struct {
    const uint8_t *sets;
    const Rows *rows;
    const Facet *const *facets;
    uint64_t n_facets, universe, most;
} Panels;

/* The best values among the members found: `set`, whose size is `n`, holds them. Of the answer,
   ranks[f * most] and counts[f * most] are where those of facet f begin, held[f] says how many
   they are; `answer` has room for one after the other. Returns 0 without memory. */
int count_panels(const Panels *panels, const uint8_t *set, uint64_t n, uint32_t *answer)
{
    const Rows *rows = panels->rows;
    const Facet *const *facets = panels->facets;
    const uint64_t n_facets = panels->n_facets, universe = panels->universe;
    const uint32_t most = (uint32_t)panels->most;
    uint32_t *ranks = answer, *counts = ranks + n_facets * most, *held = counts + n_facets * most;
    static __thread Scratch bits, numbers, sums, lone, ways;
    const uint64_t some = n < universe ? n : 0; /* of all, the counts are known */
    Hits hits = {n, universe, (universe + 65535) / 65536, NULL};
    uint64_t by_rows = n * ROW + n * rows->stated * VALUE / (universe + 1), apart = 0;
    int64_t budget = 2 * (int64_t)by_rows;
    Way *way = room(&ways, n_facets * sizeof *way);
    uint32_t *members = room(&numbers, (some + 1) * sizeof *members), planed[1 << PLANES];
    int listed = 0, some_bits = 0;
    uint32_t *alone = room(&lone, 2 * (rows->kinds + 1) * sizeof *alone), *together = NULL;
    if (!way || !members || !alone) return 0;
    for (uint64_t f = 0; f < n_facets && apart < by_rows; f++) {
        apart += cost_of_way(facets[f], &hits, most, by_rows - apart, way + f);
        some_bits |= way[f] != COLUMN;
    }
    const int each = apart < by_rows;
    if (each && some_bits && some) {
        if (!(hits.bits = room(&bits, hits.blocks * WORDS * sizeof *hits.bits))) return 0;
        memset(hits.bits, 0, hits.blocks * WORDS * sizeof *hits.bits);
        unpack(set, NULL, hits.bits);
    }
    for (uint64_t f = 0; f < n_facets; f++) {
        const Facet *facet = facets[f];
        const uint32_t *had = NULL;
        Best best = {most, 0, ranks + f * most, counts + f * most};
        if (n == universe) {
            had = facet->frequency;
        } else if (each && way[f] == COLUMN) {
            if (!listed++) unpack(set, members, NULL);
            memset(alone, 0, 2 * (facet->n + 1) * sizeof *alone);
            count_column(facet, members, n, alone);
            had = alone + 1;
        } else if (each && way[f] == ALL_PLANES) {
            count_planes(facet, &hits, planed);
            had = planed;
        } else if (n && !(each && walk(facet, &hits, panels->sets, &budget, &best))) {
            best.held = 0;
            if (!together) {
                if (!(together = room(&sums, rows->kinds * sizeof *together))) return 0;
                memset(together, 0, rows->kinds * sizeof *together);
                if (!listed++) unpack(set, members, NULL);
                (rows->bytes == 2 ? count_rows_16 : count_rows_32)(rows, members, n, together);
            }
            had = together + facet->first;
        }
        if (had) choose(facet, had, &best);
        held[f] = best.held;
    }
    return 1;
}

/* --------------------------------------------------------------------------------------- phrases */
/* Where a word stands in one member's profile: at most 255 places, ascending. */
typedef struct { const uint16_t *at; uint32_t n; } Places;

/* Look up the places of a word in the profiles of some members, who ascend and all have it.
   `counts` says of each posting of the word how many of its `positions` belong to it. */
static void locate(const uint8_t *serialized, const uint8_t *counts, const uint16_t *positions,
                   const uint32_t *members, uint64_t n, Places *places)
{
    Set set = opened(serialized);
    const uint8_t *at = set.first;
    uint64_t before = 0, posting = 0; /* postings of the containers passed, and summed up */
    for (uint64_t c = 0, i = 0; c < set.containers && i < n; c++) {
        uint32_t key = read16(set.heads + 4 * c), run = 0, runs = 0, word = 0, passed = 0;
        uint32_t size = (uint32_t)read16(set.heads + 4 * c + 2) + 1;
        int has_run = has_runs(&set, (uint32_t)c);
        if (has_run) runs = read16(at), at += 2;
        for (; i < n && members[i] >> 16 == key; i++) {
            uint32_t low = members[i] & 0xFFFF, rank;
            if (has_run) {
                for (; run + 1 < runs && read16(at + 4 * run + 4) <= low; run++)
                    passed += (uint32_t)read16(at + 4 * run + 2) + 1;
                rank = passed + low - read16(at + 4 * run);
            } else if (size <= SPARSE) {
                while (passed < size && read16(at + 2 * passed) < low) passed++;
                rank = passed;
            } else {
                for (; word < low >> 6; word++)
                    passed += (uint32_t)__builtin_popcountll(read64(at + 8 * word));
                uint64_t below = (1ULL << (low & 63)) - 1;
                rank = passed + (uint32_t)__builtin_popcountll(read64(at + 8 * word) & below);
            }
            for (; posting < before + rank; posting++) positions += counts[posting];
            places[i] = (Places){positions, counts[posting]};
        }
        before += size;
        at += has_run ? 4 * (size_t)runs : size <= SPARSE ? 2 * (size_t)size : 8 * WORDS;
    }
}

/* Of the places of a word those that stand `step` behind one that was reached. */
static uint32_t go_on(uint16_t *reached, uint32_t n, const Places *places, uint32_t step)
{
    uint32_t from = 0, held = 0;
    for (uint32_t to = 0; to < places->n; to++) {
        while (from < n && reached[from] + step < places->at[to]) from++;
        /* Written no further than it was read: a place is never behind its own source. */
        if (from < n && reached[from] + step == places->at[to]) {
            from++;
            reached[held++] = places->at[to];
        }
    }
    return held;
}

/* For each of some members, whether some words follow each other: word w stands steps[w] places
   behind the one before. A word's postings begin at postings[w], its positions at places[w].
   Returns 0 without memory. */
int follow(uint64_t n_words, const uint8_t *const *sets, const uint64_t *postings,
           const uint64_t *places, const uint32_t *steps, const uint8_t *counts,
           const uint16_t *positions, const uint32_t *members, uint64_t n, uint8_t *found)
{
    static __thread Scratch scratch;
    Places *all = room(&scratch, (n_words * n + 1) * sizeof *all);
    if (!all) return 0;
    for (uint64_t w = 0; w < n_words; w++)
        locate(sets[w], counts + postings[w], positions + places[w], members, n, all + w * n);
    for (uint64_t i = 0; i < n; i++) {
        uint16_t reached[256];
        uint32_t held = all[i].n;
        memcpy(reached, all[i].at, held * sizeof *reached);
        for (uint64_t w = 1; w < n_words && held; w++)
            held = go_on(reached, held, all + w * n + i, steps[w]);
        found[i] = held > 0;
    }
    return 1;
}
