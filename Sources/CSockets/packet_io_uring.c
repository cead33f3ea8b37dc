#define _GNU_SOURCE
#include "addresses.h"
#include "packet_io_internal.h"

#include <errno.h>
#include <linux/io_uring.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

// io_uring by its system calls; liburing would be one more dependency for little.
//
// Each socket has one RECVMSG that stays (multishot) and takes its buffers from a common ring. Sends are done by the time
// they are submitted, since nothing may wait (MSG_DONTWAIT), and post a completion only if they fail. Completions of
// packets are posted while the thread waits (DEFER_TASKRUN), so between two waits the completion ring stands still but for
// failed sends.

#if defined(IORING_SETUP_DEFER_TASKRUN) && defined(IORING_RECV_MULTISHOT)

#ifndef IORING_FEAT_MIN_TIMEOUT
#define IORING_FEAT_MIN_TIMEOUT (1U << 15)  // Linux 6.12
#endif

enum {
    submissions = 256,
    completions = 4096,
    /// Datagrams that can be on their way between kernel and worker; what comes beyond waits in its socket.
    buffer_count = 256,
    /// Of the source's address, before the datagram; a multiple of 16, as is what io_uring puts before it.
    name_length = 32,
    head_length = sizeof(struct io_uring_recvmsg_out) + name_length,
    stride = head_length + RTPBRIDGE_IO_LONGEST + RTPBRIDGE_IO_SLACK,
    buffer_group = 0,
    /// With a pause: so many wake before it is over.
    pressing = 64,
    /// Mail does not end a minimum wait, so that it may not be long [ns].
    longest_minimum_wait = 500000,
    /// Looks for the last completion of a cancelled request.
    cancel_attempts = 1000,
};

/// Completions that are no packets: tokens of sockets have no highest bit. The place in its batch goes with a send.
static const uint64_t send_mark = 1ULL << 63, cancel_mark = 3ULL << 62;

/// `struct io_uring_getevents_arg`, as of Linux 6.12; before, the third field was unused.
typedef struct {
    uint64_t signal_mask;
    uint32_t mask_size;
    uint32_t minimum_wait;  // [us]
    uint64_t timeout;
} wait_argument;

struct io_ring {
    int descriptor;
    int registered;  // the number under which the thread knows the ring; -1
    int signal;
    int knows_minimum_wait;
    int deaf;         // sockets whose receive is to be renewed
    int deaf_signal;  // the same of the signal
    unsigned queued;  // submissions that the kernel has not seen
    void *rings;
    size_t rings_size;
    struct io_uring_sqe *entries;
    struct io_uring_cqe *results;
    unsigned *submit_head, *submit_tail, *result_head, *result_tail;
    unsigned submit_mask, result_mask;
    unsigned head;   // the next result to look at
    unsigned limit;  // those of the last wait end here
    struct io_uring_buf_ring *lent;
    char *buffers;
    uint16_t lent_tail;
    int told;  // the buffer of the packet told last; -1
    struct msghdr shape;
    struct sockaddr_storage names[submissions];
};

static int ring_call(const io_ring *ring, unsigned operation, void *argument, unsigned count) {
    long result = syscall(SYS_io_uring_register, ring->descriptor, operation, argument, count);
    return result < 0 ? -errno : (int)result;
}

static int enter(io_ring *ring, unsigned wanted, unsigned flags, const wait_argument *argument) {
    __atomic_store_n(ring->result_head, ring->head, __ATOMIC_RELEASE);
    __atomic_store_n(&ring->lent->tail, ring->lent_tail, __ATOMIC_RELEASE);
    int descriptor = ring->registered >= 0 ? ring->registered : ring->descriptor;
    if (ring->registered >= 0) flags |= IORING_ENTER_REGISTERED_RING;
    if (argument) flags |= IORING_ENTER_EXT_ARG;
    long taken = syscall(
        SYS_io_uring_enter, descriptor, ring->queued, wanted, flags, argument, argument ? sizeof *argument : 0);
    int error = taken < 0 ? -errno : 0;
    ring->queued = *ring->submit_tail - __atomic_load_n(ring->submit_head, __ATOMIC_ACQUIRE);
    return error;
}

static void submit(io_ring *ring) {
    unsigned before;
    do {
        before = ring->queued;
        enter(ring, 0, 0, NULL);
    } while (ring->queued > 0 && ring->queued < before);
}

static struct io_uring_sqe *next_entry(io_ring *ring, unsigned *index) {
    if (ring->queued == submissions) submit(ring);
    if (ring->queued == submissions) return NULL;
    unsigned tail = *ring->submit_tail;
    *index = tail & ring->submit_mask;
    struct io_uring_sqe *entry = &ring->entries[*index];
    *entry = (struct io_uring_sqe){0};
    __atomic_store_n(ring->submit_tail, tail + 1, __ATOMIC_RELEASE);
    ring->queued++;
    return entry;
}

static void give_back(io_ring *ring, unsigned buffer) {
    struct io_uring_buf *place = &ring->lent->bufs[ring->lent_tail & (buffer_count - 1)];
    place->addr = (uint64_t)(uintptr_t)(ring->buffers + (size_t)buffer * stride);
    place->len = stride - RTPBRIDGE_IO_SLACK;
    place->bid = (uint16_t)buffer;
    ring->lent_tail++;
}

// MARK: Opening and closing

static int map_rings(io_ring *ring, const struct io_uring_params *given) {
    size_t submit_size = given->sq_off.array + given->sq_entries * sizeof(unsigned);
    size_t result_size = given->cq_off.cqes + given->cq_entries * sizeof(struct io_uring_cqe);
    ring->rings_size = submit_size > result_size ? submit_size : result_size;
    int flags = MAP_SHARED | MAP_POPULATE;
    char *base = mmap(NULL, ring->rings_size, PROT_READ | PROT_WRITE, flags, ring->descriptor, IORING_OFF_SQ_RING);
    if (base == MAP_FAILED) return -errno;
    ring->rings = base;
    void *entries = mmap(
        NULL, submissions * sizeof(struct io_uring_sqe), PROT_READ | PROT_WRITE, flags, ring->descriptor, IORING_OFF_SQES);
    if (entries == MAP_FAILED) return -errno;
    ring->entries = entries;
    ring->submit_head = (unsigned *)(base + given->sq_off.head);
    ring->submit_tail = (unsigned *)(base + given->sq_off.tail);
    ring->submit_mask = given->sq_entries - 1;
    ring->result_head = (unsigned *)(base + given->cq_off.head);
    ring->result_tail = (unsigned *)(base + given->cq_off.tail);
    ring->result_mask = given->cq_entries - 1;
    ring->results = (struct io_uring_cqe *)(base + given->cq_off.cqes);
    unsigned *order = (unsigned *)(base + given->sq_off.array);
    for (unsigned i = 0; i < given->sq_entries; i++) order[i] = i;
    return 0;
}

static int lend_buffers(io_ring *ring) {
    size_t size = buffer_count * sizeof(struct io_uring_buf);
    void *lent = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_PRIVATE, -1, 0);
    if (lent == MAP_FAILED) return -errno;
    ring->lent = lent;
    ring->buffers = aligned_alloc(64, (size_t)buffer_count * stride);
    if (!ring->buffers) return -ENOMEM;
    struct io_uring_buf_reg registration = {
        .ring_addr = (uint64_t)(uintptr_t)lent, .ring_entries = buffer_count, .bgid = buffer_group};
    int error = ring_call(ring, IORING_REGISTER_PBUF_RING, &registration, 1);
    for (unsigned i = 0; error == 0 && i < buffer_count; i++) give_back(ring, i);
    return error;
}

static int watch_signal(io_ring *ring) {
    unsigned index;
    struct io_uring_sqe *entry = next_entry(ring, &index);
    if (!entry) return -EBUSY;
    entry->opcode = IORING_OP_POLL_ADD;
    entry->fd = ring->signal;
    entry->poll32_events = POLLIN;
    entry->len = IORING_POLL_ADD_MULTI;
    entry->user_data = RTPBRIDGE_IO_SIGNAL;
    return 0;
}

int io_ring_open(int signal, io_ring **ring) {
    struct io_uring_params wanted = {
        // It belongs to the thread that enables it.
        .flags = IORING_SETUP_R_DISABLED | IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_CQSIZE,
        .cq_entries = completions,
    };
    io_ring *made = calloc(1, sizeof *made);
    if (!made) return -ENOMEM;
    made->registered = made->told = -1;
    made->signal = signal;
    made->shape.msg_namelen = name_length;
    made->descriptor = (int)syscall(SYS_io_uring_setup, submissions, &wanted);
    int error = made->descriptor < 0 ? -errno : map_rings(made, &wanted);
    if (error == 0) error = lend_buffers(made);
    if (error == 0) error = watch_signal(made);
    if (error < 0) {
        io_ring_close(made);
        return error;
    }
    made->knows_minimum_wait = (wanted.features & IORING_FEAT_MIN_TIMEOUT) != 0;
    *ring = made;
    return 0;
}

void io_ring_close(io_ring *ring) {
    // First, so that the kernel is done with the memory.
    if (ring->descriptor >= 0) close(ring->descriptor);
    if (ring->rings) munmap(ring->rings, ring->rings_size);
    if (ring->entries) munmap(ring->entries, submissions * sizeof(struct io_uring_sqe));
    if (ring->lent) munmap(ring->lent, buffer_count * sizeof(struct io_uring_buf));
    free(ring->buffers);
    free(ring);
}

int io_ring_begin(io_ring *ring) {
    int error = ring_call(ring, IORING_REGISTER_ENABLE_RINGS, NULL, 0);
    if (error < 0) return error;
    // Spares each system call the look-up of the descriptor; without it all goes on.
    struct io_uring_rsrc_update update = {.offset = UINT32_MAX, .data = (uint64_t)ring->descriptor};
    if (ring_call(ring, IORING_REGISTER_RING_FDS, &update, 1) == 1) ring->registered = (int)update.offset;
    return 0;
}

// MARK: Sockets

int io_ring_add(io_ring *ring, const io_socket *socket) {
    unsigned index;
    struct io_uring_sqe *entry = next_entry(ring, &index);
    if (!entry) return -EBUSY;
    entry->opcode = IORING_OP_RECVMSG;
    entry->flags = IOSQE_BUFFER_SELECT;
    entry->ioprio = IORING_RECV_MULTISHOT;
    entry->fd = socket->descriptor;
    entry->addr = (uint64_t)(uintptr_t)&ring->shape;
    entry->len = 1;
    entry->buf_group = buffer_group;
    entry->user_data = socket->token;
    return 0;
}

/// Whether the request of that token has ended, by the completions that are not looked at yet.
static int has_ended(const io_ring *ring, uint64_t token) {
    unsigned tail = __atomic_load_n(ring->result_tail, __ATOMIC_ACQUIRE);
    for (unsigned i = ring->head; i != tail; i++) {
        const struct io_uring_cqe *result = &ring->results[i & ring->result_mask];
        if (result->user_data == token && !(result->flags & IORING_CQE_F_MORE)) return 1;
    }
    return 0;
}

void io_ring_remove(io_ring *ring, const io_socket *socket) {
    if (socket->deaf) {
        ring->deaf--;
        return;
    }
    unsigned index;
    struct io_uring_sqe *entry = next_entry(ring, &index);
    if (!entry) return;
    entry->opcode = IORING_OP_ASYNC_CANCEL;
    entry->addr = socket->token;
    entry->user_data = cancel_mark;
    // The request holds the socket open, and its port, until it has ended.
    for (int i = 0; i < cancel_attempts && !has_ended(ring, socket->token); i++) enter(ring, 0, IORING_ENTER_GETEVENTS, NULL);
}

// MARK: In

/// The kernel ends a receive that stays, for example when it is out of buffers; then, and only then, it is asked for anew. Where
/// that has no room it is tried again before the next wait.
static void renew(io_ring *ring, io_socket *socket) {
    int was_deaf = socket->deaf;
    socket->deaf = io_ring_add(ring, socket) < 0;
    ring->deaf += socket->deaf - was_deaf;
}

static void renew_deaf(rtpbridge_io *io) {
    io_ring *ring = io->ring;
    if (ring->deaf_signal) ring->deaf_signal = watch_signal(ring) < 0;
    for (size_t i = 0; i < io->capacity && ring->deaf > 0; i++) {
        if (io->sockets[i].descriptor >= 0 && io->sockets[i].deaf) renew(ring, &io->sockets[i]);
    }
}

void io_ring_wait(rtpbridge_io *io, int64_t timeout, int64_t pause) {
    io_ring *ring = io->ring;
    if (ring->deaf > 0 || ring->deaf_signal) renew_deaf(io);
    if (pause > longest_minimum_wait || (pause > 0 && !ring->knows_minimum_wait)) {
        io_sleep(ring->signal, pause);
        if (timeout > 0) timeout = timeout > pause ? timeout - pause : 0;
        pause = 0;
    }
    struct __kernel_timespec span = {.tv_sec = timeout / 1000000000, .tv_nsec = timeout % 1000000000};
    wait_argument argument = {
        .minimum_wait = (uint32_t)(pause / 1000), .timeout = timeout < 0 ? 0 : (uint64_t)(uintptr_t)&span};
    int has_some = ring->head != __atomic_load_n(ring->result_tail, __ATOMIC_ACQUIRE);
    unsigned wanted = has_some || timeout == 0 ? 0 : pause > 0 ? pressing : 1;
    enter(ring, wanted, IORING_ENTER_GETEVENTS, &argument);
    ring->limit = __atomic_load_n(ring->result_tail, __ATOMIC_ACQUIRE);
}

/// Reads what io_uring has put before the datagram.
static void read_packet(const io_ring *ring, unsigned buffer, rtpbridge_io_packet *packet) {
    char *start = ring->buffers + (size_t)buffer * stride;
    const struct io_uring_recvmsg_out *head = (const struct io_uring_recvmsg_out *)start;
    packet->bytes = start + head_length;
    packet->length = head->flags & MSG_TRUNC ? -EMSGSIZE : (ptrdiff_t)head->payloadlen;
    struct sockaddr_storage name;
    memcpy(&name, start + sizeof *head, name_length);
    from_system(&name, &packet->source);
}

/// 1 if there is something to tell of the result.
static int read_result(rtpbridge_io *io, const struct io_uring_cqe *result, rtpbridge_io_packet *packet) {
    io_ring *ring = io->ring;
    int has_buffer = (result->flags & IORING_CQE_F_BUFFER) != 0;
    if (has_buffer) ring->told = (int)(result->flags >> IORING_CQE_BUFFER_SHIFT);
    packet->token = result->user_data;
    packet->bytes = NULL;
    packet->length = 0;
    if (result->user_data == RTPBRIDGE_IO_SIGNAL) {
        if (!(result->flags & IORING_CQE_F_MORE)) ring->deaf_signal = watch_signal(ring) < 0;
        return 1;
    }
    if (result->user_data & send_mark) return 0;
    io_socket *socket = io_find(io, result->user_data);
    if (socket && !(result->flags & IORING_CQE_F_MORE)) renew(ring, socket);
    // Out of buffers: they come back with the packets before this one, and the socket keeps what it has.
    if (result->res == -ENOBUFS || result->res == -ECANCELED) return 0;
    if (!socket) packet->length = -ESTALE;
    else if (result->res < 0) packet->length = result->res;
    else if (!has_buffer) packet->length = -EIO;
    else read_packet(ring, (unsigned)ring->told, packet);
    return 1;
}

uint64_t io_ring_ahead(const io_ring *ring, int skipped) {
    unsigned left = ring->limit - ring->head;
    if ((unsigned)skipped >= left) return RTPBRIDGE_IO_SIGNAL;
    return ring->results[(ring->head + (unsigned)skipped) & ring->result_mask].user_data;
}

int io_ring_next(rtpbridge_io *io, rtpbridge_io_packet *packet) {
    io_ring *ring = io->ring;
    for (;;) {
        if (ring->told >= 0) give_back(ring, (unsigned)ring->told);
        ring->told = -1;
        if (ring->head == ring->limit) return 0;
        struct io_uring_cqe result = ring->results[ring->head & ring->result_mask];
        ring->head++;
        if (read_result(io, &result, packet)) return 1;
    }
}

// MARK: Out

static void count_sent(const rtpbridge_io_datagram *datagram, rtpbridge_io_sent *sent) {
    sent->packets++;
    sent->bytes += datagram->length;
}

static void send_alone(const rtpbridge_io_datagram *datagram, rtpbridge_io_sent *sent) {
    if (io_send_one(datagram) == 0) count_sent(datagram, sent);
    else sent->failures++;
}

/// Takes back what was counted of sends that have failed since the completion ring ended at `tail`.
static void recount_failed(io_ring *ring, unsigned tail, const rtpbridge_io_datagram *datagrams, rtpbridge_io_sent *sent) {
    for (unsigned end = __atomic_load_n(ring->result_tail, __ATOMIC_ACQUIRE); tail != end; tail++) {
        const struct io_uring_cqe *result = &ring->results[tail & ring->result_mask];
        if (result->user_data >> 62 != send_mark >> 62) continue;
        const rtpbridge_io_datagram *failed = &datagrams[(uint32_t)result->user_data];
        sent->packets--;
        sent->bytes -= failed->length;
        // A connected socket reports here what ICMP said of an earlier packet, and takes this one when asked again.
        if (result->res != -EAGAIN && !failed->destination.family) send_alone(failed, sent);
        else sent->failures++;
    }
}

/// Takes back the sends that the kernel has not taken, for want of memory: their bytes do not stay.
static void withdraw(io_ring *ring, const rtpbridge_io_datagram *datagrams, rtpbridge_io_sent *sent) {
    for (unsigned i = ring->queued; i > 0; i--) {
        struct io_uring_sqe *entry = &ring->entries[(*ring->submit_tail - i) & ring->submit_mask];
        if (entry->user_data >> 62 != send_mark >> 62) continue;
        const rtpbridge_io_datagram *left = &datagrams[(uint32_t)entry->user_data];
        *entry = (struct io_uring_sqe){
            .opcode = IORING_OP_NOP, .flags = IOSQE_CQE_SKIP_SUCCESS, .user_data = cancel_mark};
        sent->packets--;
        sent->bytes -= left->length;
        send_alone(left, sent);
    }
}

void io_ring_send(io_ring *ring, const rtpbridge_io_datagram *datagrams, int count, rtpbridge_io_sent *sent) {
    unsigned tail = __atomic_load_n(ring->result_tail, __ATOMIC_ACQUIRE);
    for (int i = 0; i < count; i++) {
        unsigned index;
        struct io_uring_sqe *entry = next_entry(ring, &index);
        if (!entry) {
            send_alone(&datagrams[i], sent);
            continue;
        }
        entry->opcode = IORING_OP_SEND;
        entry->flags = IOSQE_CQE_SKIP_SUCCESS;
        entry->fd = datagrams[i].descriptor;
        entry->addr = (uint64_t)(uintptr_t)datagrams[i].bytes;
        entry->len = (uint32_t)datagrams[i].length;
        entry->msg_flags = MSG_DONTWAIT | MSG_NOSIGNAL;
        entry->user_data = send_mark | (uint32_t)i;
        if (datagrams[i].destination.family) {
            entry->addr_len = (uint16_t)to_system(&datagrams[i].destination, &ring->names[index]);
            entry->addr2 = (uint64_t)(uintptr_t)&ring->names[index];
        }
        count_sent(&datagrams[i], sent);
    }
    submit(ring);
    withdraw(ring, datagrams, sent);
    recount_failed(ring, tail, datagrams, sent);
}

#else

int io_ring_open(int signal, io_ring **ring) {
    (void)signal, (void)ring;
    return -ENOSYS;
}

void io_ring_close(io_ring *ring) { (void)ring; }
int io_ring_begin(io_ring *ring) { return (void)ring, -ENOSYS; }
int io_ring_add(io_ring *ring, const io_socket *socket) { return (void)ring, (void)socket, -ENOSYS; }
void io_ring_remove(io_ring *ring, const io_socket *socket) { (void)ring, (void)socket; }
void io_ring_wait(rtpbridge_io *io, int64_t timeout, int64_t pause) { (void)io, (void)timeout, (void)pause; }
uint64_t io_ring_ahead(const io_ring *ring, int skipped) { return (void)ring, (void)skipped, RTPBRIDGE_IO_SIGNAL; }
int io_ring_next(rtpbridge_io *io, rtpbridge_io_packet *packet) { return (void)io, (void)packet, 0; }
void io_ring_send(io_ring *ring, const rtpbridge_io_datagram *datagrams, int count, rtpbridge_io_sent *sent) {
    (void)ring, (void)datagrams, (void)count, (void)sent;
}

#endif
