/* The hot loop of facet counting: see counting.py, which compiles and calls it.

   Sets are roaring bitmaps in the portable format without run containers: a cookie, the number
   of containers, a key and a size for each, their offsets, their contents. Words are read with
   memcpy, since containers may lie at odd addresses. */

#include <stdint.h>
#include <string.h>

static inline uint16_t read16(const uint8_t *at) { uint16_t v; memcpy(&v, at, 2); return v; }
static inline uint32_t read32(const uint8_t *at) { uint32_t v; memcpy(&v, at, 4); return v; }
static inline uint64_t read64(const uint8_t *at) { uint64_t v; memcpy(&v, at, 8); return v; }

enum { WORDS = 1024, SPARSE = 4096 };

/* How many members of a set are among the hits, of which there is one bit a member. */
static uint32_t count_and(const uint8_t *set, const uint64_t *hits, uint64_t blocks, uint64_t *cost)
{
    uint32_t containers = read32(set + 4), found = 0;
    const uint8_t *heads = set + 8, *offsets = heads + 4 * (uint64_t)containers;
    for (uint32_t c = 0; c < containers; c++) {
        uint32_t key = read16(heads + 4 * c), size = (uint32_t)read16(heads + 4 * c + 2) + 1;
        const uint8_t *at = set + read32(offsets + 4 * c);
        if (key >= blocks) continue;
        const uint64_t *block = hits + (uint64_t)key * WORDS;
        if (size <= SPARSE) {
            for (uint32_t i = 0; i < size; i++) {
                uint16_t bit = read16(at + 2 * i);
                found += (block[bit >> 6] >> (bit & 63)) & 1;
            }
            *cost += 80 + 3 * size;
        } else {
            for (uint32_t i = 0; i < WORDS; i++)
                found += (uint32_t)__builtin_popcountll(block[i] & read64(at + 8 * i));
            *cost += 4000;
        }
    }
    return found;
}

/* The same for a set of which there is one bit a member, too. */
static uint32_t count_dense(const uint64_t *set, const uint64_t *hits, uint64_t blocks,
                            uint64_t *cost)
{
    uint64_t found = 0;
    for (uint64_t i = 0; i < blocks * WORDS; i++)
        found += (uint64_t)__builtin_popcountll(set[i] & hits[i]);
    *cost += blocks * 3000;
    return (uint32_t)found;
}

/* Count the values of a facet among the hits, the most frequent value first, until no value that
   is left can be among the best `most`. `at` holds the offset of each value's set; the first
   `n_dense` values stand in `dense` as well.
   Returns how many values were counted, or -1 when that cost more than `budget` (steps of 0.1 ns,
   as measured). */
int64_t count_values(const uint8_t *sets, const uint64_t *at, const uint32_t *frequency, uint64_t n,
                     const uint64_t *dense, uint64_t n_dense, const uint64_t *hits,
                     uint64_t blocks, uint32_t most, uint64_t budget, uint32_t *counts)
{
    uint32_t best[64], held = 0;
    uint64_t cost = 0;
    if (most > 64) most = 64;
    for (uint64_t v = 0; v < n; v++) {
        if (held == most && frequency[v] < best[held - 1]) return (int64_t)v;
        uint32_t count = v < n_dense
            ? count_dense(dense + v * blocks * WORDS, hits, blocks, &cost)
            : count_and(sets + at[v], hits, blocks, &cost);
        counts[v] = count;
        if (cost > budget) return -1;
        if (held == most && count <= best[held - 1]) continue;
        uint32_t place = held < most ? held++ : held - 1;
        while (place && best[place - 1] < count) { best[place] = best[place - 1]; place--; }
        best[place] = count;
    }
    return (int64_t)n;
}

/* Count the values of a facet over the rows of the members given. */
#define COUNT_ROWS(name, type)                                                                   \
    void name(const uint32_t *members, uint64_t n, const uint32_t *starts, const type *values,   \
              uint32_t *counts)                                                                  \
    {                                                                                            \
        for (uint64_t i = 0; i < n; i++) {                                                       \
            if (i + 16 < n) __builtin_prefetch(starts + members[i + 16]);                        \
            if (i + 8 < n) __builtin_prefetch(values + starts[members[i + 8]]);                  \
            for (uint32_t at = starts[members[i]]; at < starts[members[i] + 1]; at++)            \
                counts[values[at]]++;                                                            \
        }                                                                                        \
    }
COUNT_ROWS(count_rows_16, uint16_t)
COUNT_ROWS(count_rows_32, uint32_t)
