#define _GNU_SOURCE
#include "CSockets.h"

#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { maximum_batch = 32 };

static socklen_t to_system(const rtpbridge_address *from, struct sockaddr_storage *to) {
    if (from->family == 4) {
        struct sockaddr_in *v4 = (struct sockaddr_in *)to;
        memset(v4, 0, sizeof *v4);
        v4->sin_family = AF_INET;
        v4->sin_port = htons(from->port);
        v4->sin_addr.s_addr = htonl((uint32_t)from->low);
        return sizeof *v4;
    }
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)to;
    memset(v6, 0, sizeof *v6);
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(from->port);
    uint64_t parts[2] = {__builtin_bswap64(from->high), __builtin_bswap64(from->low)};
    memcpy(&v6->sin6_addr, parts, sizeof parts);
    return sizeof *v6;
}

static void from_system(const struct sockaddr_storage *from, rtpbridge_address *to) {
    if (from->ss_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)from;
        to->high = 0;
        to->low = ntohl(v4->sin_addr.s_addr);
        to->port = ntohs(v4->sin_port);
        to->family = 4;
        return;
    }
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)from;
    uint64_t parts[2];
    memcpy(parts, &v6->sin6_addr, sizeof parts);
    to->high = __builtin_bswap64(parts[0]);
    to->low = __builtin_bswap64(parts[1]);
    to->port = ntohs(v6->sin6_port);
    to->family = 6;
}

static int set(int descriptor, int level, int name, int value) {
    return setsockopt(descriptor, level, name, &value, sizeof value);
}

int rtpbridge_udp_open(uint8_t family, const rtpbridge_socket_options *options) {
    int v6 = family == 6;
    int descriptor = socket(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -errno;
    if (v6 && set(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, 1) < 0) {
        int error = errno;
        close(descriptor);
        return -error;
    }
    // The rest is a matter of quality: a system that refuses one of these still carries calls.
    set(descriptor, SOL_SOCKET, SO_RXQ_OVFL, 1);
    if (options->traffic_class > 0) {
        set(descriptor, v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_TCLASS : IP_TOS, options->traffic_class);
    }
    if (options->receive_buffer > 0) set(descriptor, SOL_SOCKET, SO_RCVBUF, options->receive_buffer);
    if (options->send_buffer > 0) set(descriptor, SOL_SOCKET, SO_SNDBUF, options->send_buffer);
    return descriptor;
}

int rtpbridge_udp_bind(int descriptor, const rtpbridge_address *address) {
    struct sockaddr_storage storage;
    socklen_t length = to_system(address, &storage);
    return bind(descriptor, (struct sockaddr *)&storage, length) < 0 ? -errno : 0;
}

int rtpbridge_udp_local_address(int descriptor, rtpbridge_address *address) {
    struct sockaddr_storage storage;
    socklen_t length = sizeof storage;
    if (getsockname(descriptor, (struct sockaddr *)&storage, &length) < 0) return -errno;
    from_system(&storage, address);
    return 0;
}

typedef struct {
    _Alignas(struct cmsghdr) char bytes[CMSG_SPACE(sizeof(uint32_t))];
} drop_report;

static void read_drops(struct msghdr *message, uint32_t *dropped) {
    for (struct cmsghdr *item = CMSG_FIRSTHDR(message); item; item = CMSG_NXTHDR(message, item)) {
        if (item->cmsg_level == SOL_SOCKET && item->cmsg_type == SO_RXQ_OVFL) memcpy(dropped, CMSG_DATA(item), sizeof *dropped);
    }
}

ptrdiff_t rtpbridge_receive(int descriptor, void *buffer, size_t capacity, rtpbridge_address *source, uint32_t *dropped) {
    struct sockaddr_storage storage;
    struct iovec part = {.iov_base = buffer, .iov_len = capacity};
    drop_report control;
    struct msghdr message = {
        .msg_name = &storage, .msg_namelen = sizeof storage,
        .msg_iov = &part, .msg_iovlen = 1,
        .msg_control = &control, .msg_controllen = sizeof control,
    };
    ssize_t length;
    do length = recvmsg(descriptor, &message, MSG_DONTWAIT);
    while (length < 0 && errno == EINTR);
    if (length < 0) return -errno;
    read_drops(&message, dropped);
    if (message.msg_flags & MSG_TRUNC) return -EMSGSIZE;
    from_system(&storage, source);
    return length;
}

int rtpbridge_receive_batch(
    int descriptor, void *buffers, size_t stride, size_t capacity, int count, rtpbridge_received *received, uint32_t *dropped) {
    struct sockaddr_storage names[maximum_batch];
    struct iovec parts[maximum_batch];
    drop_report controls[maximum_batch];
    struct mmsghdr messages[maximum_batch];
    if (count > maximum_batch) count = maximum_batch;
    for (int i = 0; i < count; i++) {
        parts[i] = (struct iovec){.iov_base = (char *)buffers + (size_t)i * stride, .iov_len = capacity};
        messages[i].msg_hdr = (struct msghdr){
            .msg_name = &names[i], .msg_namelen = sizeof names[i],
            .msg_iov = &parts[i], .msg_iovlen = 1,
            .msg_control = &controls[i], .msg_controllen = sizeof controls[i],
        };
    }
    int got;
    do got = recvmmsg(descriptor, messages, (unsigned)count, MSG_DONTWAIT, NULL);
    while (got < 0 && errno == EINTR);
    if (got < 0) return -errno;
    for (int i = 0; i < got; i++) {
        read_drops(&messages[i].msg_hdr, dropped);
        from_system(&names[i], &received[i].source);
        received[i].length = messages[i].msg_hdr.msg_flags & MSG_TRUNC ? -EMSGSIZE : (ptrdiff_t)messages[i].msg_len;
    }
    return got;
}

int rtpbridge_send(int descriptor, const rtpbridge_datagram *datagrams, int count) {
    struct sockaddr_storage names[maximum_batch];
    struct iovec parts[maximum_batch];
    struct mmsghdr messages[maximum_batch];
    if (count > maximum_batch) count = maximum_batch;
    for (int i = 0; i < count; i++) {
        parts[i] = (struct iovec){.iov_base = (void *)datagrams[i].bytes, .iov_len = datagrams[i].length};
        messages[i].msg_hdr = (struct msghdr){
            .msg_name = &names[i], .msg_namelen = to_system(&datagrams[i].destination, &names[i]),
            .msg_iov = &parts[i], .msg_iovlen = 1,
        };
    }
    int sent;
    do {
        if (count == 1) sent = sendmsg(descriptor, &messages[0].msg_hdr, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? -1 : 1;
        else sent = sendmmsg(descriptor, messages, (unsigned)count, MSG_DONTWAIT | MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent < 0 ? -errno : sent;
}

void rtpbridge_prepare_thread(const char *name) {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    pthread_setname_np(pthread_self(), name);
}
