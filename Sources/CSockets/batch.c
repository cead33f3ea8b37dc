#define _GNU_SOURCE
#include "batch.h"
#include "messages.h"

#include <errno.h>
#include <netinet/in.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static void set(int descriptor, int name, int value) {
    setsockopt(descriptor, SOL_SOCKET, name, &value, sizeof value);
}

int rtpbridge_batch_open(uint32_t address, uint16_t port, int buffer) {
    int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -errno;
    // The forced ones need CAP_NET_ADMIN; without it they change nothing.
    set(descriptor, SO_RCVBUF, buffer);
    set(descriptor, SO_RCVBUFFORCE, buffer);
    set(descriptor, SO_SNDBUF, buffer);
    set(descriptor, SO_SNDBUFFORCE, buffer);
    set(descriptor, SO_RXQ_OVFL, 1);
    set(descriptor, SO_TIMESTAMPNS, 1);
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(address)};
    if (bind(descriptor, (struct sockaddr *)&name, sizeof name) < 0) {
        int error = errno;
        close(descriptor);
        return -error;
    }
    return descriptor;
}

typedef struct {
    _Alignas(struct cmsghdr) char bytes[CMSG_SPACE(sizeof(struct timespec)) + CMSG_SPACE(sizeof(uint32_t))];
} report;

static int64_t read_report(struct msghdr *message, uint32_t *dropped) {
    int64_t at = 0;
    for (struct cmsghdr *item = CMSG_FIRSTHDR(message); item; item = CMSG_NXTHDR(message, item)) {
        if (item->cmsg_level != SOL_SOCKET) continue;
        if (item->cmsg_type == SO_RXQ_OVFL) memcpy(dropped, CMSG_DATA(item), sizeof *dropped);
        if (item->cmsg_type == SO_TIMESTAMPNS) {
            struct timespec time;
            memcpy(&time, CMSG_DATA(item), sizeof time);
            at = (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
        }
    }
    return at;
}

int rtpbridge_batch_receive(
    int descriptor, void *buffers, size_t stride, int count, rtpbridge_arrival *arrivals, uint32_t *dropped) {
    struct sockaddr_in names[RTPBRIDGE_BATCH_MAXIMUM];
    struct iovec parts[RTPBRIDGE_BATCH_MAXIMUM];
    report reports[RTPBRIDGE_BATCH_MAXIMUM];
    struct mmsghdr messages[RTPBRIDGE_BATCH_MAXIMUM];
    if (count > RTPBRIDGE_BATCH_MAXIMUM) count = RTPBRIDGE_BATCH_MAXIMUM;
    for (int i = 0; i < count; i++) {
        set_message(&messages[i], &parts[i], (char *)buffers + (size_t)i * stride, stride, &names[i], sizeof names[i]);
        messages[i].msg_hdr.msg_control = &reports[i];
        messages[i].msg_hdr.msg_controllen = sizeof reports[i];
    }
    int got = receive_messages(descriptor, messages, count);
    for (int i = 0; i < got; i++) {
        arrivals[i].at = read_report(&messages[i].msg_hdr, dropped);
        arrivals[i].address = ntohl(names[i].sin_addr.s_addr);
        arrivals[i].port = ntohs(names[i].sin_port);
        int fits = !(messages[i].msg_hdr.msg_flags & MSG_TRUNC) && messages[i].msg_len <= UINT16_MAX;
        arrivals[i].length = fits ? (uint16_t)messages[i].msg_len : 0;
    }
    return got;
}

int rtpbridge_batch_send(int descriptor, const rtpbridge_departure *departures, int count) {
    struct sockaddr_in names[RTPBRIDGE_BATCH_MAXIMUM];
    struct iovec parts[RTPBRIDGE_BATCH_MAXIMUM];
    struct mmsghdr messages[RTPBRIDGE_BATCH_MAXIMUM];
    if (count > RTPBRIDGE_BATCH_MAXIMUM) count = RTPBRIDGE_BATCH_MAXIMUM;
    for (int i = 0; i < count; i++) {
        names[i] = (struct sockaddr_in){
            .sin_family = AF_INET, .sin_port = htons(departures[i].port), .sin_addr.s_addr = htonl(departures[i].address)};
        set_message(&messages[i], &parts[i], departures[i].bytes, departures[i].length, &names[i], sizeof names[i]);
    }
    return send_messages(descriptor, messages, count);
}

int rtpbridge_batch_prepare_thread(int processor) {
    prctl(PR_SET_TIMERSLACK, 1000UL, 0, 0, 0);
    // Punctual on a machine that is full; refused to an ordinary user, who has to do without.
    setpriority(PRIO_PROCESS, 0, -10);
    if (processor < 0) return 0;
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET((size_t)processor, &set);
    return sched_setaffinity(0, sizeof set, &set) < 0 ? -errno : 0;
}
