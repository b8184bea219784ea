#include "text_scan.h"

#if defined(__x86_64__)
#include <immintrin.h>

int text_scan_is_possible(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi");
}

#define WIDE __attribute__((target("avx512f,avx512bw,avx512vbmi"), always_inline)) static inline

/// What a table of 128 says of the low seven bits of each byte.
WIDE __m512i look_up(const uint8_t *table, __m512i index) {
  return _mm512_permutex2var_epi8(_mm512_loadu_si512(table), index, _mm512_loadu_si512(table + 64));
}

/// The same, but for bytes above 0x7F.
WIDE __m512i class_of(const uint8_t *table, __m512i bytes, __mmask64 wide, char of_wide) {
  return _mm512_mask_mov_epi8(look_up(table, bytes), wide, _mm512_set1_epi8(of_wide));
}

WIDE __mmask64 first_bits(uint64_t count) { return count >= 64 ? ~0ull : (1ull << count) - 1; }

/// The mask moved up by some places, those before it moved in.
WIDE uint64_t moved(uint64_t mask, uint64_t before, int count) { return mask << count | before >> (64 - count); }

/// Places that end sixteen in a row; `before` are the 64 before.
WIDE uint64_t runs_of_sixteen(uint64_t mask, uint64_t before) {
  for (int count = 1; count < 16; count *= 2) {
    mask &= moved(mask, before, count);
    before &= before << count;
  }
  return mask;
}

__attribute__((target("avx512f,avx512bw,avx512vbmi"))) uint64_t
text_scan_places(const struct text_scan_tables *tables, const uint8_t *bytes, uint64_t count,
                 struct text_scan_state *state) {
  // A masked load touches no byte that its mask leaves out.
  const __m512i first = _mm512_maskz_loadu_epi8(first_bits(count), bytes);
  const __m512i second = _mm512_maskz_loadu_epi8(first_bits(count > 1 ? count - 1 : 0), bytes + 1);
  const __m512i third = _mm512_maskz_loadu_epi8(first_bits(count > 2 ? count - 2 : 0), bytes + 2);
  const __mmask64 wide = _mm512_movepi8_mask(first);
  const __mmask64 wide_second = _mm512_movepi8_mask(second);
  const __mmask64 wide_third = _mm512_movepi8_mask(third);

  const char high = (char)(TEXT_SCAN_WIDE_CLASS * 4);
  const char low = TEXT_SCAN_WIDE_CLASS / 8;
  const char bit = (char)(1 << TEXT_SCAN_WIDE_CLASS % 8);
  const __m512i high_first = class_of(tables->class_high, first, wide, high);
  const __m512i high_second = class_of(tables->class_high, second, wide_second, high);
  const __m512i low_second = class_of(tables->class_low, second, wide_second, low);
  const __m512i low_third = class_of(tables->class_low, third, wide_third, low);
  const __m512i bit_second = class_of(tables->class_bit, second, wide_second, bit);
  const __m512i bit_third = class_of(tables->class_bit, third, wide_third, bit);
  const uint64_t literal =
      _mm512_test_epi8_mask(look_up(tables->pairs_12, _mm512_or_si512(high_first, low_second)), bit_second) &
      _mm512_test_epi8_mask(look_up(tables->pairs_13, _mm512_or_si512(high_first, low_third)), bit_third) &
      _mm512_test_epi8_mask(look_up(tables->pairs_23, _mm512_or_si512(high_second, low_third)), bit_third);

  const __m512i kinds = class_of(tables->kinds, first, wide, 0);
  const uint64_t certain = _mm512_test_epi8_mask(kinds, _mm512_set1_epi8(TEXT_SCAN_CERTAIN)) |
                           _mm512_cmpeq_epi8_mask(first, _mm512_set1_epi8((char)TEXT_SCAN_WIDE_CERTAIN));
  const uint64_t digit = _mm512_test_epi8_mask(kinds, _mm512_set1_epi8(TEXT_SCAN_DIGIT));
  const uint64_t hyphen = _mm512_test_epi8_mask(kinds, _mm512_set1_epi8(TEXT_SCAN_HYPHEN));
  const uint64_t small = _mm512_test_epi8_mask(kinds, _mm512_set1_epi8(TEXT_SCAN_SMALL));
  const uint64_t word = _mm512_test_epi8_mask(kinds, _mm512_set1_epi8(TEXT_SCAN_WORD));
  const uint64_t base64 = _mm512_test_epi8_mask(kinds, _mm512_set1_epi8(TEXT_SCAN_BASE64));

  const uint64_t inside = moved(small, state->small, 1) & moved(small, state->small, 2) & moved(small, state->small, 3);
  const uint64_t behind_word = moved(word, state->word, 1);
  state->runs |= runs_of_sixteen(base64, state->base64);
  state->small = small;
  state->word = word;
  state->base64 = base64;
  return (literal & first_bits(count)) | certain | (digit & ~inside) | (hyphen & ~behind_word);
}

#else

int text_scan_is_possible(void) { return 0; }

uint64_t text_scan_places(const struct text_scan_tables *tables, const uint8_t *bytes, uint64_t count,
                          struct text_scan_state *state) {
  (void)tables;
  (void)bytes;
  state->runs = 1;
  return count >= 64 ? ~0ull : (1ull << count) - 1;
}

#endif
