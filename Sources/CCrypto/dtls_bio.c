#include "dtls_internal.h"

#include <openssl/crypto.h>
#include <string.h>

// A flight with a long RSA chain takes about ten datagrams; a peer that never lets us drain gets no more than this.
enum { maximum_queued = 32 };

void rtpbridge_datagram_enqueue(datagram_queue *queue, const void *data, size_t length) {
    if (queue->count >= maximum_queued || length > RTPBRIDGE_DTLS_MAXIMUM_DATAGRAM) { return; }
    outgoing_datagram *datagram = OPENSSL_malloc(sizeof(*datagram) + length);
    if (!datagram) { return; }
    datagram->next = NULL;
    datagram->length = length;
    memcpy(datagram->bytes, data, length);
    if (queue->last) { queue->last->next = datagram; } else { queue->first = datagram; }
    queue->last = datagram;
    queue->count += 1;
}

outgoing_datagram *rtpbridge_datagram_dequeue(datagram_queue *queue) {
    outgoing_datagram *datagram = queue->first;
    if (!datagram) { return NULL; }
    queue->first = datagram->next;
    if (!queue->first) { queue->last = NULL; }
    queue->count -= 1;
    return datagram;
}

static int datagram_write(BIO *bio, const char *data, int length) {
    BIO_clear_retry_flags(bio);
    if (length < 0) { return -1; }
    // An error for what is lost here would end the handshake.
    rtpbridge_datagram_enqueue(BIO_get_data(bio), data, (size_t)length);
    return length;
}

static int datagram_read(BIO *bio, char *buffer, int capacity) {
    datagram_queue *queue = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (!queue->incoming || capacity < 0) {
        BIO_set_retry_read(bio);
        return -1;
    }
    // One read takes the whole datagram; what the buffer does not hold is cut off, as recv does.
    size_t length = queue->incoming_length < (size_t)capacity ? queue->incoming_length : (size_t)capacity;
    memcpy(buffer, queue->incoming, length);
    queue->incoming = NULL;
    return (int)length;
}

static long datagram_ctrl(BIO *bio, int command, long number, void *pointer) {
    (void)bio, (void)number, (void)pointer;
    switch (command) {
    case BIO_CTRL_FLUSH:
        return 1;
    case BIO_CTRL_DGRAM_GET_FALLBACK_MTU:
        return 1200;
    default:
        return 0;
    }
}

static int datagram_create(BIO *bio) {
    BIO_set_init(bio, 1);
    return 1;
}

static CRYPTO_ONCE method_once = CRYPTO_ONCE_STATIC_INIT;
static BIO_METHOD *method;

static void make_method(void) {
    BIO_METHOD *made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "rtpbridge datagrams");
    if (made && BIO_meth_set_write(made, datagram_write) && BIO_meth_set_read(made, datagram_read)
        && BIO_meth_set_ctrl(made, datagram_ctrl) && BIO_meth_set_create(made, datagram_create)) {
        method = made;
    } else {
        BIO_meth_free(made);
    }
}

BIO *rtpbridge_datagram_bio_new(datagram_queue *queue) {
    if (!CRYPTO_THREAD_run_once(&method_once, make_method) || !method) { return NULL; }
    BIO *bio = BIO_new(method);
    if (bio) { BIO_set_data(bio, queue); }
    return bio;
}
