#ifndef RTPBRIDGE_DTLS_INTERNAL_H
#define RTPBRIDGE_DTLS_INTERNAL_H

#include "CCryptoDTLS.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>

struct rtpbridge_dtls_identity {
    X509 *certificate;
    SSL_CTX *context;
};

/// A datagram that waits to be sent.
typedef struct outgoing_datagram {
    struct outgoing_datagram *next;
    size_t length;
    uint8_t bytes[];
} outgoing_datagram;

/// What the memory BIO of an endpoint reads from and writes to.
typedef struct datagram_queue {
    /// The datagram that is being taken in; NULL once it has been read.
    const void *incoming;
    size_t incoming_length;
    outgoing_datagram *first;
    outgoing_datagram *last;
    unsigned count;
} datagram_queue;

struct rtpbridge_dtls {
    /// NULL once OpenSSL's part is over (`rtpbridge_dtls_release`).
    SSL *ssl;
    datagram_queue queue;
    rtpbridge_dtls_status status;
    uint32_t detail;
    /// A client that has not heard of its peer yet.
    int awaits_peer;
    /// Of the retransmission timer [us].
    uint32_t first_timeout;
    uint32_t longest_timeout;
    /// Silent timeouts since the last new flight.
    unsigned timeouts;
    uint8_t expected[EVP_MAX_MD_SIZE];
    /// Zero while nothing is expected.
    size_t expected_length;
    // What is kept of an association that is up, after `ssl`:
    /// The peer's certificate (DER).
    uint8_t *certificate;
    size_t certificate_length;
    /// A close_notify that has not been sent.
    outgoing_datagram *goodbye;
};

/// A BIO over `queue` that keeps datagram boundaries, as OpenSSL 3.0 has none (BIO_s_dgram_mem came with 3.2).
BIO *rtpbridge_datagram_bio_new(datagram_queue *queue);

/// Appends a copy of a datagram, if there is room. What does not fit is lost as on a network.
void rtpbridge_datagram_enqueue(datagram_queue *queue, const void *data, size_t length);
/// Takes the oldest datagram out, or NULL. To be freed with OPENSSL_free.
outgoing_datagram *rtpbridge_datagram_dequeue(datagram_queue *queue);

/// The algorithms that handshakes use, and no others; NULL stands for all of OpenSSL's, should it not be possible to choose.
OSSL_LIB_CTX *rtpbridge_dtls_library(void);

/// The hash whose digest has this length, or NULL.
const EVP_MD *rtpbridge_dtls_hash(size_t length);

/// SSL_CTX_set_cert_verify_callback: compares the peer's certificate with the expected digest, if there is one yet.
int rtpbridge_dtls_verify_peer(X509_STORE_CTX *store, void *unused);

#endif
