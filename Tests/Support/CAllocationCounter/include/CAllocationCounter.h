#ifndef RTPBRIDGE_CALLOCATIONCOUNTER_H
#define RTPBRIDGE_CALLOCATIONCOUNTER_H

#include <stdint.h>

/// How often this thread has asked for memory since it began.
/// Linking this target replaces malloc and its kin by ones that count and then do what glibc's do.
uint64_t rtpbridge_allocation_count(void);

/// What the process has from malloc and has not given back [bytes].
uint64_t rtpbridge_heap_in_use(void);

#endif
