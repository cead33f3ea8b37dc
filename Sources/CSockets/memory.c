#define _GNU_SOURCE
#include "CSockets.h"

#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>

// glibc keeps the blocks that a thread freed last in a cache of that thread: seven of each size, which no trim reaches. After
// many calls they lie on as many pages. A thread gives them up by taking them out and leaving them to another thread, whose
// own cache goes with it when it ends.

enum {
    cached_sizes = 64,
    cached_of_each = 7,
    /// Sizes are this far apart [bytes].
    granule = 16,
    smallest = 24,
    /// Of the threads that give memory back [bytes].
    stack_size = 128 * 1024,
};

typedef struct block {
    struct block *next;
} block;

static block *shed_blocks;

void rtpbridge_shed_cache(void) {
    block *first = NULL, *last = NULL;
    for (size_t size = 0; size < cached_sizes; size++) {
        for (int i = 0; i < cached_of_each; i++) {
            block *taken = malloc(smallest + size * granule);
            if (!taken) continue;
            taken->next = first;
            first = taken;
            if (!last) last = taken;
        }
    }
    if (!first) return;
    last->next = __atomic_load_n(&shed_blocks, __ATOMIC_RELAXED);
    while (!__atomic_compare_exchange_n(&shed_blocks, &last->next, first, 1, __ATOMIC_RELEASE, __ATOMIC_RELAXED)) {}
}

static int start(pthread_t *thread, int detached, void *(*body)(void *)) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, stack_size);
    if (detached) pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    int error = pthread_create(thread, &attributes, body, NULL);
    pthread_attr_destroy(&attributes);
    return error;
}

static void *free_shed(void *unused) {
    block *next = __atomic_exchange_n(&shed_blocks, NULL, __ATOMIC_ACQUIRE);
    while (next) {
        block *freed = next;
        next = next->next;
        free(freed);
    }
    return unused;
}

static void *release(void *unused) {
    rtpbridge_prepare_thread("memory");
    pthread_t thread;
    if (start(&thread, 0, free_shed) == 0) pthread_join(thread, NULL);
    malloc_trim(0);
    return unused;
}

void rtpbridge_release_memory(void) {
    pthread_t thread;
    start(&thread, 1, release);
}

void rtpbridge_limit_heaps(int count) {
    mallopt(M_ARENA_MAX, count);
    // Set by hand it stays: left alone, glibc raises it to the largest block that was freed, and large blocks then lie in the heaps.
    mallopt(M_MMAP_THRESHOLD, 128 * 1024);
}
