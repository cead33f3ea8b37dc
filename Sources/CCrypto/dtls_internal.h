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
};

/// A BIO over `queue` that keeps datagram boundaries, as OpenSSL 3.0 has none (BIO_s_dgram_mem came with 3.2).
BIO *rtpbridge_datagram_bio_new(datagram_queue *queue);

/// The hash whose digest has this length, or NULL.
const EVP_MD *rtpbridge_dtls_hash(size_t length);

/// SSL_CTX_set_cert_verify_callback: compares the peer's certificate with the expected digest, if there is one yet.
int rtpbridge_dtls_verify_peer(X509_STORE_CTX *store, void *unused);

#endif
