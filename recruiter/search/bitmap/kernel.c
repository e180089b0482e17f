/* The hot loop of facet counting: see kernel.py, which compiles it and calls it once a question.

   Sets are roaring bitmaps in the portable format: a cookie, the number of containers, a key and
   a size for each, their offsets, their contents. Of the index's sets a few small ones have run
   containers, of which only `unpack` knows: their facets are counted row by row. Words are read with memcpy, since containers may lie at odd addresses. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static inline uint16_t read16(const uint8_t *at) { uint16_t v; memcpy(&v, at, 2); return v; }
static inline uint32_t read32(const uint8_t *at) { uint32_t v; memcpy(&v, at, 4); return v; }
static inline uint64_t read64(const uint8_t *at) { uint64_t v; memcpy(&v, at, 8); return v; }

enum { WORDS = 1024, SPARSE = 4096, RUNS = 12347, MOST = 64 };
/* What things cost, in steps of 0.1 ns, as measured: a set's container of bits, of a list, each
   number in it; a member's row and each value in it. */
enum { BITS = 2000, LIST = 80, NUMBER = 4, ROW = 30, VALUE = 14 };

/* One facet's columns, as counting.Facet explains them; `order` is the labels' alphabetical one,
   `width` the bytes of one of `values`. */
typedef struct {
    const uint64_t *at, *dense;
    const uint32_t *frequency, *order, *starts;
    const void *values;
    uint64_t n, n_dense, width;
} Facet;

/* The members found: how many, their numbers ascending, and one bit for each. */
typedef struct {
    uint64_t n, universe, blocks;
    uint32_t *numbers;
    uint64_t *bits;
} Hits;

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

/* --------------------------------------------------------------------------- the members found */
/* Read a set: as numbers, as bits, or both; whichever array is there. Returns how many. */
static uint64_t unpack(const uint8_t *set, uint32_t *numbers, uint64_t *bits)
{
    uint32_t cookie = read32(set), containers = read32(set + 4);
    const uint8_t *flags = NULL, *heads = set + 8;
    uint64_t n = 0;
    if ((cookie & 0xFFFF) == RUNS) {
        containers = (cookie >> 16) + 1;
        flags = set + 4;
        heads = flags + (containers + 7) / 8;
    }
    const uint8_t *at = heads + 4 * (uint64_t)containers;
    if (!flags || containers >= 4) at += 4 * (uint64_t)containers; /* offsets: all is in a row */
    for (uint32_t c = 0; c < containers; c++) {
        uint32_t high = (uint32_t)read16(heads + 4 * c) << 16;
        uint32_t size = (uint32_t)read16(heads + 4 * c + 2) + 1;
        uint64_t *block = bits ? bits + (uint64_t)(high >> 16) * WORDS : NULL;
        if (flags && (flags[c / 8] >> (c % 8)) & 1) {
            uint32_t runs = read16(at);
            for (uint32_t r = 0; r < runs; r++) {
                uint32_t low = read16(at + 2 + 4 * r), last = low + read16(at + 4 + 4 * r);
                for (; low <= last; low++) {
                    if (bits) block[low >> 6] |= 1ULL << (low & 63);
                    if (numbers) numbers[n] = high | low;
                    n++;
                }
            }
            at += 2 + 4 * (uint64_t)runs;
        } else if (size <= SPARSE) {
            for (uint32_t i = 0; i < size; i++) {
                uint32_t low = read16(at + 2 * i);
                if (bits) block[low >> 6] |= 1ULL << (low & 63);
                if (numbers) numbers[n + i] = high | low;
            }
            n += size;
            at += 2 * (uint64_t)size;
        } else {
            if (bits) memcpy(block, at, 8 * WORDS);
            for (uint32_t w = 0; numbers && w < WORDS; w++)
                for (uint64_t word = read64(at + 8 * w); word; word &= word - 1)
                    numbers[n++] = high | w << 6 | (uint32_t)__builtin_ctzll(word);
            n += numbers ? 0 : size;
            at += 8 * WORDS;
        }
    }
    return n;
}

/* ------------------------------------------------------------------- broad results: set by set */
/* How many members of a set are among the hits. */
static uint32_t count_and(const uint8_t *set, const Hits *hits)
{
    uint32_t containers = read32(set + 4), found = 0;
    const uint8_t *heads = set + 8, *offsets = heads + 4 * (uint64_t)containers;
    for (uint32_t c = 0; c < containers; c++) {
        uint32_t key = read16(heads + 4 * c), size = (uint32_t)read16(heads + 4 * c + 2) + 1;
        const uint8_t *at = set + read32(offsets + 4 * c);
        const uint64_t *block = hits->bits + (uint64_t)key * WORDS;
        if (size <= SPARSE)
            for (uint32_t i = 0; i < size; i++) {
                uint16_t bit = read16(at + 2 * i);
                found += (block[bit >> 6] >> (bit & 63)) & 1;
            }
        else
            for (uint32_t i = 0; i < WORDS; i++)
                found += (uint32_t)__builtin_popcountll(block[i] & read64(at + 8 * i));
    }
    return found;
}

/* The same for a set of which there is one bit a member, too. */
static uint32_t count_dense(const uint64_t *set, const Hits *hits)
{
    uint64_t found = 0;
    for (uint64_t i = 0; i < hits->blocks * WORDS; i++)
        found += (uint64_t)__builtin_popcountll(set[i] & hits->bits[i]);
    return (uint32_t)found;
}

static uint64_t cost_of_value(const Facet *facet, const Hits *hits, uint64_t v)
{
    return hits->blocks * (v < facet->n_dense ? BITS : LIST) +
           (v < facet->n_dense ? 0 : NUMBER * (uint64_t)facet->frequency[v]);
}

/* What a walk over the sets will cost, if values are spread evenly over members. */
static uint64_t cost_of_walk(const Facet *facet, const Hits *hits, uint32_t most)
{
    uint64_t cost = 0, least = 0;
    if (facet->n > most) least = (uint64_t)facet->frequency[most - 1] * hits->n / hits->universe;
    for (uint64_t v = 0; v < facet->n && facet->frequency[v] >= least; v++)
        cost += cost_of_value(facet, hits, v);
    return cost;
}

/* Count value by value, the most frequent first, until none that is left can be among the best.
   Returns 0 when that would cost more than `budget`, and at a set with run containers. */
static int walk(const Facet *facet, const Hits *hits, const uint8_t *sets, uint64_t budget,
                Best *best)
{
    uint64_t cost = 0;
    for (uint64_t v = 0; v < facet->n; v++) {
        if (best->held == best->most && facet->frequency[v] < best->counts[best->held - 1]) break;
        if ((cost += cost_of_value(facet, hits, v)) > budget) return 0;
        if (v >= facet->n_dense && read16(sets + facet->at[v]) == RUNS) return 0;
        consider(best, facet, (uint32_t)v,
                 v < facet->n_dense
                     ? count_dense(facet->dense + v * hits->blocks * WORDS, hits)
                     : count_and(sets + facet->at[v], hits));
    }
    return 1;
}

/* ------------------------------------------------------------------ narrow results: row by row */
#define COUNT_ROWS(name, type)                                                                   \
    static void name(const Facet *facet, const Hits *hits, uint32_t *counts)                     \
    {                                                                                            \
        const uint32_t *members = hits->numbers, *starts = facet->starts;                        \
        const type *values = facet->values;                                                      \
        for (uint64_t i = 0; i < hits->n; i++) {                                                 \
            if (i + 16 < hits->n) __builtin_prefetch(starts + members[i + 16]);                  \
            if (i + 8 < hits->n) __builtin_prefetch(values + starts[members[i + 8]]);            \
            for (uint32_t at = starts[members[i]]; at < starts[members[i] + 1]; at++)            \
                counts[values[at]]++;                                                            \
        }                                                                                        \
    }
COUNT_ROWS(count_rows_16, uint16_t)
COUNT_ROWS(count_rows_32, uint32_t)

static int rows(const Facet *facet, const Hits *hits, Best *best)
{
    uint32_t *counts = calloc(facet->n, sizeof *counts);
    if (!counts) return 0;
    (facet->width == 2 ? count_rows_16 : count_rows_32)(facet, hits, counts);
    for (uint64_t v = 0; v < facet->n; v++) {
        if (best->held == best->most && facet->frequency[v] < best->counts[best->held - 1]) break;
        consider(best, facet, (uint32_t)v, counts[v]);
    }
    free(counts);
    return 1;
}

/* ---------------------------------------------------------------------------------- all panels */
static int count_facet(const Facet *facet, const Hits *hits, const uint8_t *sets, Best *best)
{
    uint64_t values = facet->starts[hits->universe];
    uint64_t budget = hits->n * ROW + hits->n * values * VALUE / hits->universe;
    if (hits->n == hits->universe) {
        for (uint64_t v = 0; v < facet->n && v < best->most; v++)
            consider(best, facet, (uint32_t)v, facet->frequency[v]);
        return 1;
    }
    if (cost_of_walk(facet, hits, best->most) < budget) {
        if (walk(facet, hits, sets, 2 * budget, best)) return 1;
        best->held = 0;
    }
    return rows(facet, hits, best);
}

/* The best values of some facets among the members found, `most` of each (at most 64).
   `set`, whose size is `n`, holds those members, all below `universe`. Ranks and counts of facet f
   go to ranks[f * most], counts[f * most]; held[f] says how many. Returns 0 without memory. */
int count_panels(const uint8_t *sets, const Facet *const *facets, uint64_t n_facets,
                 const uint8_t *set, uint64_t n, uint64_t universe, uint32_t most,
                 uint32_t *ranks, uint32_t *counts, uint32_t *held)
{
    Hits hits = {n, universe, (universe + 65535) / 65536, NULL, NULL};
    hits.numbers = malloc((n + 1) * sizeof *hits.numbers);
    hits.bits = calloc(hits.blocks * WORDS + 1, sizeof *hits.bits);
    int done = hits.numbers && hits.bits;
    if (done && n < universe) unpack(set, hits.numbers, hits.bits);
    for (uint64_t f = 0; done && f < n_facets; f++) {
        Best best = {most, 0, ranks + f * most, counts + f * most};
        done = !n || !facets[f]->n || count_facet(facets[f], &hits, sets, &best);
        held[f] = best.held;
    }
    free(hits.numbers);
    free(hits.bits);
    return done;
}
