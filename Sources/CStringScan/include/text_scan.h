#ifndef TEXT_SCAN_H
#define TEXT_SCAN_H

#include <stdint.h>

/// Finds the places of a text that are worth a look, sixty-four at a time, on processors that can look up sixty-four bytes
/// in a table at once (AVX-512 VBMI: Intel since Ice Lake, AMD since Zen 4). Others go the way that is written in Swift.
///
/// A literal may begin at a place if each two of its first three bytes are a pair of some literal's. Bytes fall into 32
/// classes for that, letters of either case into one, and a table of pairs has a bit for each two classes.
struct text_scan_tables {
  /// Of a byte's class, below 0x80: four times it, an eighth of it, and the bit of its lowest three bits.
  uint8_t class_high[128];
  uint8_t class_low[128];
  uint8_t class_bit[128];
  /// Why a byte may be worth a look; see `text_scan_kind`.
  uint8_t kinds[128];
  /// Bit `second % 8` of byte `first * 4 + second / 8`: the first and second, first and third, second and third bytes.
  uint8_t pairs_12[128];
  uint8_t pairs_13[128];
  uint8_t pairs_23[128];
};

enum text_scan_kind {
  TEXT_SCAN_CERTAIN = 1,
  TEXT_SCAN_DIGIT = 2,
  TEXT_SCAN_HYPHEN = 4,
  /// A small letter, digit or underscore.
  TEXT_SCAN_SMALL = 8,
  /// A letter, digit or underscore.
  TEXT_SCAN_WORD = 16,
  /// A digit of base64 or base64url.
  TEXT_SCAN_BASE64 = 32,
};

/// The class of a byte above 0x7F, and the one of which such a byte is worth a look.
enum { TEXT_SCAN_WIDE_CLASS = 31, TEXT_SCAN_WIDE_CERTAIN = 0xEF };

/// What is known of the 64 bytes before, a bit each; zero at a text's start.
struct text_scan_state {
  uint64_t small;
  uint64_t word;
  uint64_t base64;
  /// Not zero once sixteen digits of base64 followed each other.
  uint64_t runs;
};

/// Whether this processor can.
int text_scan_is_possible(void);

/// Bit n: the n-th of the next 64 bytes is worth a look. Reads `count` bytes, 64 and two more at most, and takes what stands
/// behind for zero.
uint64_t text_scan_places(const struct text_scan_tables *tables, const uint8_t *bytes, uint64_t count,
                          struct text_scan_state *state);

#endif
