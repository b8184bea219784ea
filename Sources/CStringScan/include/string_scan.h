#ifndef STRING_SCAN_H
#define STRING_SCAN_H

#include <stdint.h>

#include "text_scan.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/// Which of the 32 bytes at `bytes` end a JSON string or interrupt its plain text: a quote, a backslash, a byte below 0x20 or
/// above 0x7F. Bit n stands for byte n. The lowest set bit is always a true one, and 0 means that there is none; bits above
/// the lowest may be false.
///
/// Swift has no operation that gathers the results of sixteen comparisons into a word. Every processor of the
/// architecture has SSE2; others count eight bytes at a time.
static inline uint32_t string_stops(const uint8_t *bytes) {
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  // Signed: what is above 0x7F is below zero.
  const __m128i blank = _mm_set1_epi8(0x20);
  const __m128i first = _mm_loadu_si128((const __m128i *)bytes);
  const __m128i second = _mm_loadu_si128((const __m128i *)(bytes + 16));
  const __m128i low = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(first, quote), _mm_cmpeq_epi8(first, backslash)),
                                   _mm_cmplt_epi8(first, blank));
  const __m128i high = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(second, quote), _mm_cmpeq_epi8(second, backslash)),
                                    _mm_cmplt_epi8(second, blank));
  return (uint32_t)_mm_movemask_epi8(low) | (uint32_t)_mm_movemask_epi8(high) << 16;
#else
  const uint64_t ones = 0x0101010101010101ull;
  uint32_t stops = 0;
  for (int index = 0; index < 4; index++) {
    uint64_t word = 0;
    for (int byte = 0; byte < 8; byte++) word |= (uint64_t)bytes[index * 8 + byte] << (byte * 8);
    const uint64_t quote = word ^ ones * '"';
    const uint64_t backslash = word ^ ones * '\\';
    const uint64_t found =
        (((quote - ones) & ~quote) | ((backslash - ones) & ~backslash) | ((word - ones * 0x20) & ~word) | word) &
        (ones * 0x80);
    stops |= (uint32_t)(((found >> 7) * 0x0102040810204080ull) >> 56) << (index * 8);
  }
  return stops;
#endif
}

#endif
