#define _GNU_SOURCE
#include "CSockets.h"

#include <errno.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum { maximum_events = 256 };

int rtpbridge_epoll_create(void) {
    int descriptor = epoll_create1(EPOLL_CLOEXEC);
    return descriptor < 0 ? -errno : descriptor;
}

int rtpbridge_epoll_add(int epoll, int descriptor, uint64_t token) {
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = token};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) < 0 ? -errno : 0;
}

int rtpbridge_epoll_remove(int epoll, int descriptor) {
    return epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, NULL) < 0 ? -errno : 0;
}

// Kernels before 5.11 and some container profiles have no epoll_pwait2; there, deadlines are met to the millisecond.
static int wait_milliseconds(int epoll, struct epoll_event *events, int capacity, int64_t timeout) {
    int64_t milliseconds = timeout < 0 ? -1 : (timeout + 999999) / 1000000;
    if (milliseconds > INT32_MAX) milliseconds = INT32_MAX;
    return epoll_wait(epoll, events, capacity, (int)milliseconds);
}

int rtpbridge_epoll_wait(int epoll, uint64_t *tokens, int capacity, int64_t timeout) {
    struct epoll_event events[maximum_events];
    if (capacity > maximum_events) capacity = maximum_events;
    struct timespec span = {.tv_sec = timeout / 1000000000, .tv_nsec = timeout % 1000000000};
    int count = epoll_pwait2(epoll, events, capacity, timeout < 0 ? NULL : &span, NULL);
    if (count < 0 && (errno == ENOSYS || errno == EPERM)) count = wait_milliseconds(epoll, events, capacity, timeout);
    if (count < 0) return errno == EINTR ? 0 : -errno;
    for (int i = 0; i < count; i++) tokens[i] = events[i].data.u64;
    return count;
}

int rtpbridge_eventfd_create(void) {
    int descriptor = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return descriptor < 0 ? -errno : descriptor;
}

void rtpbridge_eventfd_signal(int descriptor) {
    uint64_t one = 1;
    // It fails only when the count is at its maximum, and then the reader is awake anyway.
    ssize_t written = write(descriptor, &one, sizeof one);
    (void)written;
}

void rtpbridge_eventfd_clear(int descriptor) {
    uint64_t count;
    ssize_t length = read(descriptor, &count, sizeof count);
    (void)length;
}
