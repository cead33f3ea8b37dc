#ifndef RTPBRIDGE_CVIRTUALCLOCK_H
#define RTPBRIDGE_CVIRTUALCLOCK_H

#include <stdint.h>

// Virtual time for the one clock that is read below MediaIO: OpenSSL's DTLS timer calls gettimeofday.
// This target defines gettimeofday in the test executable, whose definition the dynamic linker prefers
// to libc's. Without an override it answers as libc does. The override belongs to one thread, so tests
// that run side by side do not see each other's time.

/// From now on gettimeofday answers, on this thread, with this many nanoseconds since 1970.
void rtpbridge_virtual_clock_set(int64_t nanoseconds);

/// Gives this thread the real time back.
void rtpbridge_virtual_clock_clear(void);

/// How often gettimeofday was answered from an override on this thread: zero means that the
/// interposition does not work in this build.
uint64_t rtpbridge_virtual_clock_reads(void);

#endif
