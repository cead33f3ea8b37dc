#define _GNU_SOURCE
#include "addresses.h"
#include "messages.h"
#include "packet_io_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

// Level-triggered: with one packet per 20 ms and socket the second read that an edge demands would find nothing and cost
// more than the second look that epoll takes.

enum {
    /// The most wake-ups of one wait.
    maximum_ready = 128,
    stride = RTPBRIDGE_IO_LONGEST + RTPBRIDGE_IO_SLACK,
};

typedef struct {
    rtpbridge_address source;
    ptrdiff_t length;
} received_datagram;

struct io_poll {
    int descriptor;
    int signal;
    int ready;
    int taken;
    uint64_t tokens[maximum_ready];
    // What the last look at a shared socket brought, and how much of that was told.
    uint64_t batch_token;
    int batch_count;
    int batch_told;
    received_datagram batch[maximum_batch];
    // The first for one datagram at a time, all of them for a batch.
    _Alignas(64) char buffers[maximum_batch][stride];
};

int io_poll_open(int signal, io_poll **poll) {
    // The room for batches costs nothing until a shared socket uses it.
    io_poll *made = aligned_alloc(64, (sizeof *made + 63) / 64 * 64);
    if (!made) return -ENOMEM;
    made->ready = made->taken = made->batch_count = made->batch_told = 0;
    made->signal = signal;
    made->descriptor = rtpbridge_epoll_create();
    int error = made->descriptor < 0 ? made->descriptor : rtpbridge_epoll_add(made->descriptor, signal, RTPBRIDGE_IO_SIGNAL);
    if (error < 0) {
        io_poll_close(made);
        return error;
    }
    *poll = made;
    return 0;
}

void io_poll_close(io_poll *poll) {
    if (poll->descriptor >= 0) close(poll->descriptor);
    free(poll);
}

int io_poll_add(io_poll *poll, const io_socket *socket) {
    return rtpbridge_epoll_add(poll->descriptor, socket->descriptor, socket->token);
}

// Closing it, which is next, takes it out of the set.
void io_poll_remove(io_poll *poll, const io_socket *socket) { (void)poll, (void)socket; }

void io_poll_wait(io_poll *poll, int64_t timeout, int64_t pause) {
    if (pause > 0) {
        io_sleep(poll->signal, pause);
        if (timeout > 0) timeout = timeout > pause ? timeout - pause : 0;
    }
    int count = rtpbridge_epoll_wait(poll->descriptor, poll->tokens, maximum_ready, timeout);
    poll->ready = count > 0 ? count : 0;
    poll->taken = 0;
}

// MARK: In

static void tell_of_batch(io_poll *poll, rtpbridge_io_packet *packet) {
    const received_datagram *received = &poll->batch[poll->batch_told];
    packet->token = poll->batch_token;
    packet->source = received->source;
    packet->bytes = poll->buffers[poll->batch_told];
    packet->length = received->length;
    poll->batch_told++;
}

/// Fills `batch` with one system call. Returns how many came, or -errno.
static int fill_batch(io_poll *poll, int descriptor) {
    struct sockaddr_storage names[maximum_batch];
    struct iovec parts[maximum_batch];
    struct mmsghdr messages[maximum_batch];
    for (int i = 0; i < maximum_batch; i++) {
        set_message(&messages[i], &parts[i], poll->buffers[i], RTPBRIDGE_IO_LONGEST, &names[i], sizeof names[i]);
    }
    int count = receive_messages(descriptor, messages, maximum_batch);
    for (int i = 0; i < count; i++) {
        from_system(&names[i], &poll->batch[i].source);
        poll->batch[i].length = messages[i].msg_hdr.msg_flags & MSG_TRUNC ? -EMSGSIZE : (ptrdiff_t)messages[i].msg_len;
    }
    return count;
}

static void receive_batch(io_poll *poll, int descriptor, rtpbridge_io_packet *packet) {
    int count = fill_batch(poll, descriptor);
    poll->batch_token = packet->token;
    poll->batch_count = count > 0 ? count : 0;
    poll->batch_told = 0;
    if (count > 0) tell_of_batch(poll, packet);
    else packet->length = count < 0 ? count : -EAGAIN;
}

uint64_t io_poll_ahead(const io_poll *poll, int skipped) {
    return poll->taken + skipped < poll->ready ? poll->tokens[poll->taken + skipped] : RTPBRIDGE_IO_SIGNAL;
}

int io_poll_next(rtpbridge_io *io, rtpbridge_io_packet *packet) {
    io_poll *poll = io->poll;
    if (poll->batch_told < poll->batch_count) {
        tell_of_batch(poll, packet);
        return 1;
    }
    if (poll->taken == poll->ready) return 0;
    packet->token = poll->tokens[poll->taken++];
    packet->bytes = poll->buffers[0];
    packet->length = 0;
    if (packet->token == RTPBRIDGE_IO_SIGNAL) return 1;
    const io_socket *socket = io_find(io, packet->token);
    if (!socket) packet->length = -ESTALE;
    else if (socket->shared) receive_batch(poll, socket->descriptor, packet);
    else packet->length = rtpbridge_receive(socket->descriptor, packet->bytes, RTPBRIDGE_IO_LONGEST, &packet->source);
    return 1;
}

// MARK: Out

/// Several datagrams from one socket. How many left, at least one; -errno if the first did not.
static int send_run(const rtpbridge_io_datagram *datagrams, int count) {
    struct sockaddr_storage names[maximum_batch];
    struct iovec parts[maximum_batch];
    struct mmsghdr messages[maximum_batch];
    if (count > maximum_batch) count = maximum_batch;
    for (int i = 0; i < count; i++) {
        socklen_t length = datagrams[i].destination.family ? to_system(&datagrams[i].destination, &names[i]) : 0;
        set_message(&messages[i], &parts[i], datagrams[i].bytes, datagrams[i].length, &names[i], length);
    }
    return send_messages(datagrams[0].descriptor, messages, count);
}

void io_poll_send(const rtpbridge_io_datagram *datagrams, int count, rtpbridge_io_sent *sent) {
    int first = 0;
    while (first < count) {
        int end = first + 1;
        while (end < count && datagrams[end].descriptor == datagrams[first].descriptor) end++;
        int left = end - first > 1 ? send_run(&datagrams[first], end - first) : 0;
        // One that stops a run, or is alone, is tried by itself.
        if (left <= 0) left = io_send_one(&datagrams[first]) == 0;
        for (int i = first; i < first + left; i++) sent->bytes += datagrams[i].length;
        sent->packets += (uint64_t)left;
        if (left == 0) sent->failures++;
        first += left > 0 ? left : 1;
    }
}
