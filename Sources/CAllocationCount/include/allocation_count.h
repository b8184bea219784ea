#ifndef ALLOCATION_COUNT_H
#define ALLOCATION_COUNT_H

#include <stdint.h>

/// How often this thread has asked for heap memory (malloc, calloc, realloc, aligned_alloc, posix_memalign) since it began.
///
/// The functions are defined in this target and so stand before glibc's in the program that links it: for the benchmark only.
uint64_t allocation_count(void);

#endif
