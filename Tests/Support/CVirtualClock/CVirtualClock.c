#include "CVirtualClock.h"

#include <sys/time.h>
#include <time.h>

static _Thread_local int64_t override_nanoseconds;
static _Thread_local int is_overridden;
static _Thread_local uint64_t reads;

void rtpbridge_virtual_clock_set(int64_t nanoseconds) {
    override_nanoseconds = nanoseconds;
    is_overridden = 1;
}

void rtpbridge_virtual_clock_clear(void) { is_overridden = 0; }

uint64_t rtpbridge_virtual_clock_reads(void) { return reads; }

// libc's declaration names the second parameter's type as it likes; the linker sees the name only.
__attribute__((visibility("default"), used))
int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    (void)zone;
    int64_t nanoseconds = override_nanoseconds;
    if (is_overridden) {
        reads += 1;
    } else {
        struct timespec now;
        if (clock_gettime(CLOCK_REALTIME, &now) != 0) { return -1; }
        nanoseconds = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
    }
    time->tv_sec = (time_t)(nanoseconds / 1000000000);
    time->tv_usec = (suseconds_t)(nanoseconds % 1000000000 / 1000);
    return 0;
}
