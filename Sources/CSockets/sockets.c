#define _GNU_SOURCE
#include "CSockets.h"
#include "addresses.h"
#include "messages.h"

#include <errno.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

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
    if (options->traffic_class > 0) rtpbridge_udp_set_traffic_class(descriptor, family, options->traffic_class);
    if (options->receive_buffer > 0) set(descriptor, SOL_SOCKET, SO_RCVBUF, options->receive_buffer);
    if (options->send_buffer > 0) set(descriptor, SOL_SOCKET, SO_SNDBUF, options->send_buffer);
    return descriptor;
}

int rtpbridge_udp_set_traffic_class(int descriptor, uint8_t family, int value) {
    int v6 = family == 6;
    int result = set(descriptor, v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_TCLASS : IP_TOS, value);
    return result < 0 ? -errno : 0;
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

int rtpbridge_udp_connect(int descriptor, const rtpbridge_address *remote) {
    struct sockaddr_storage storage;
    socklen_t length = to_system(remote, &storage);
    return connect(descriptor, (struct sockaddr *)&storage, length) < 0 ? -errno : 0;
}

int rtpbridge_udp_twin(int descriptor, const rtpbridge_socket_options *options, const rtpbridge_address *remote) {
    rtpbridge_address local;
    int error = rtpbridge_udp_local_address(descriptor, &local);
    if (error < 0) return error;
    int twin = rtpbridge_udp_open(local.family, options);
    if (twin < 0) return twin;
    // Both must say so for as long as it takes to bind; at all other times the port is nobody else's.
    set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1);
    set(twin, SOL_SOCKET, SO_REUSEADDR, 1);
    error = rtpbridge_udp_bind(twin, &local);
    if (error == 0) error = rtpbridge_udp_connect(twin, remote);
    set(twin, SOL_SOCKET, SO_REUSEADDR, 0);
    set(descriptor, SOL_SOCKET, SO_REUSEADDR, 0);
    if (error == 0) return twin;
    close(twin);
    return error;
}

int64_t rtpbridge_udp_drops(int descriptor) {
    uint32_t values[SK_MEMINFO_VARS] = {0};
    socklen_t length = sizeof values;
    if (getsockopt(descriptor, SOL_SOCKET, SO_MEMINFO, values, &length) < 0) return -errno;
    return values[SK_MEMINFO_DROPS];
}

ptrdiff_t rtpbridge_receive(int descriptor, void *buffer, size_t capacity, rtpbridge_address *source) {
    struct sockaddr_storage name;
    socklen_t size = sizeof name;
    ssize_t length;
    // MSG_TRUNC: the length that it had, whatever fits.
    do length = recvfrom(descriptor, buffer, capacity, MSG_DONTWAIT | MSG_TRUNC, (struct sockaddr *)&name, &size);
    while (length < 0 && errno == EINTR);
    if (length < 0) return -errno;
    if ((size_t)length > capacity) return -EMSGSIZE;
    from_system(&name, source);
    return length;
}

int rtpbridge_send(int descriptor, const rtpbridge_datagram *datagrams, int count) {
    struct sockaddr_storage names[maximum_batch];
    struct iovec parts[maximum_batch];
    struct mmsghdr messages[maximum_batch];
    if (count > maximum_batch) count = maximum_batch;
    for (int i = 0; i < count; i++) {
        socklen_t length = to_system(&datagrams[i].destination, &names[i]);
        set_message(&messages[i], &parts[i], datagrams[i].bytes, datagrams[i].length, &names[i], length);
    }
    return send_messages(descriptor, messages, count);
}

void rtpbridge_prepare_thread(const char *name) {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    pthread_setname_np(pthread_self(), name);
    // The default lets a wait last 50 us longer than it was asked for.
    prctl(PR_SET_TIMERSLACK, 1000UL, 0, 0, 0);
}

void rtpbridge_pin_thread(int number) {
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) < 0) return;
    int left = number % CPU_COUNT(&allowed);
    for (size_t processor = 0; processor < CPU_SETSIZE; processor++) {
        if (!CPU_ISSET(processor, &allowed) || left-- > 0) continue;
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(processor, &one);
        sched_setaffinity(0, sizeof one, &one);
        return;
    }
}
