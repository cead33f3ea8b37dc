#include "dtls_internal.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <string.h>
#include <sys/time.h>

// OpenSSL fails a handshake at the 13th silent timeout. With timers of a second that would be before a peer whose timers double
// has repeated a flight for the fourth time, 15 s after the first: so ours double as well in the end, and last for a minute. A
// client whose peer has not said a word has nothing to fail yet: its timer is put off for an hour, and its owner goes on
// repeating the first flight.
enum { quick_timeouts = 8, tolerated_timeouts = 12 };
static const unsigned int put_off = 3600U * 1000 * 1000;   // [us]

static unsigned int next_timeout(SSL *ssl, unsigned int current) {
    rtpbridge_dtls *dtls = SSL_get_app_data(ssl);
    if (current == 0) {
        dtls->timeouts = 0;
        return dtls->first_timeout;
    }
    dtls->timeouts += 1;
    if (dtls->awaits_peer && dtls->timeouts >= tolerated_timeouts) { return put_off; }
    if (current < dtls->longest_timeout / 2 || dtls->timeouts >= quick_timeouts) { return current * 2; }
    return dtls->longest_timeout;
}

/// The nonce and the tag of an encrypted record [bytes], which OpenSSL does not count when it fills a datagram.
enum { forgotten_overhead = 8 + 16 };

// MARK: - The peer's certificate

static rtpbridge_dtls_verdict compare(const rtpbridge_dtls *dtls, const X509 *certificate) {
    uint8_t digest[EVP_MAX_MD_SIZE];
    const EVP_MD *hash = rtpbridge_dtls_hash(dtls->expected_length);
    if (!hash || (!certificate && !dtls->certificate)) { return RTPBRIDGE_DTLS_UNKNOWN; }
    int is_made = certificate ? X509_digest(certificate, hash, digest, NULL)
                              : EVP_Digest(dtls->certificate, dtls->certificate_length, digest, NULL, hash, NULL);
    int is_equal = is_made && CRYPTO_memcmp(digest, dtls->expected, dtls->expected_length) == 0;
    return is_equal ? RTPBRIDGE_DTLS_MATCHES : RTPBRIDGE_DTLS_DIFFERS;
}

int rtpbridge_dtls_verify_peer(X509_STORE_CTX *store, void *unused) {
    (void)unused;
    const SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    rtpbridge_dtls *dtls = ssl ? SSL_get_app_data(ssl) : NULL;
    if (!dtls || compare(dtls, X509_STORE_CTX_get0_cert(store)) == RTPBRIDGE_DTLS_DIFFERS) {
        if (dtls) { dtls->status = RTPBRIDGE_DTLS_REJECTED; }
        // The one error that becomes the alert bad_certificate.
        X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED);
        return 0;
    }
    X509_STORE_CTX_set_error(store, X509_V_OK);
    return 1;
}

void rtpbridge_dtls_expect(rtpbridge_dtls *dtls, const uint8_t *digest, size_t length) {
    if (!rtpbridge_dtls_hash(length)) { return; }
    memcpy(dtls->expected, digest, length);
    dtls->expected_length = length;
}

rtpbridge_dtls_verdict rtpbridge_dtls_compare(rtpbridge_dtls *dtls) {
    return compare(dtls, dtls->ssl ? SSL_get0_peer_certificate(dtls->ssl) : NULL);
}

// MARK: - Life

rtpbridge_dtls *rtpbridge_dtls_new(const rtpbridge_dtls_identity *identity, int is_client,
                                   const char *profiles, int mtu, uint64_t *error) {
    ERR_clear_error();
    rtpbridge_dtls *dtls = OPENSSL_zalloc(sizeof(*dtls));
    if (dtls) { dtls->ssl = SSL_new(identity->context); }
    BIO *bio = dtls && dtls->ssl ? rtpbridge_datagram_bio_new(&dtls->queue) : NULL;
    // SSL_set_tlsext_use_srtp returns 0 on success.
    if (!bio || SSL_set_tlsext_use_srtp(dtls->ssl, profiles) != 0 || !SSL_set_app_data(dtls->ssl, dtls)
        || !SSL_set_mtu(dtls->ssl, mtu - forgotten_overhead)) {
        *error = ERR_peek_error();
        ERR_clear_error();
        BIO_free(bio);
        rtpbridge_dtls_free(dtls);
        return NULL;
    }
    SSL_set_bio(dtls->ssl, bio, bio);
    dtls->awaits_peer = is_client;
    rtpbridge_dtls_set_timer(dtls, 1000 * 1000, 60U * 1000 * 1000);   // RFC 6347 section 4.2.4.1
    DTLS_set_timer_cb(dtls->ssl, next_timeout);
    if (is_client) { SSL_set_connect_state(dtls->ssl); } else { SSL_set_accept_state(dtls->ssl); }
    return dtls;
}

void rtpbridge_dtls_set_timer(rtpbridge_dtls *dtls, uint32_t first, uint32_t longest) {
    dtls->first_timeout = first;
    dtls->longest_timeout = longest;
}

void rtpbridge_dtls_free(rtpbridge_dtls *dtls) {
    if (!dtls) { return; }
    SSL_free(dtls->ssl);
    outgoing_datagram *datagram = NULL;
    while ((datagram = rtpbridge_datagram_dequeue(&dtls->queue)) != NULL) { OPENSSL_free(datagram); }
    OPENSSL_free(dtls->goodbye);
    OPENSSL_free(dtls->certificate);
    OPENSSL_free(dtls);
}

/// Makes the close_notify now that there are keys for it.
static void prepare_goodbye(rtpbridge_dtls *dtls) {
    // OpenSSL writes without asking whether it has a buffer.
    if (!SSL_alloc_buffers(dtls->ssl)) { return; }
    datagram_queue waiting = dtls->queue;
    dtls->queue = (datagram_queue){0};
    ERR_clear_error();
    SSL_shutdown(dtls->ssl);
    ERR_clear_error();
    dtls->goodbye = rtpbridge_datagram_dequeue(&dtls->queue);
    dtls->queue = waiting;
}

static void keep_certificate(rtpbridge_dtls *dtls) {
    const X509 *certificate = SSL_get0_peer_certificate(dtls->ssl);
    int length = certificate ? i2d_X509(certificate, &dtls->certificate) : 0;
    dtls->certificate_length = length > 0 ? (size_t)length : 0;
}

void rtpbridge_dtls_release(rtpbridge_dtls *dtls) {
    if (!dtls->ssl || dtls->status == RTPBRIDGE_DTLS_HANDSHAKING) { return; }
    if (dtls->status == RTPBRIDGE_DTLS_CONNECTED) {
        keep_certificate(dtls);
        prepare_goodbye(dtls);
    }
    SSL_free(dtls->ssl);
    dtls->ssl = NULL;
}

// MARK: - The handshake

static int is_alive(const rtpbridge_dtls *dtls) {
    return dtls->ssl && (dtls->status == RTPBRIDGE_DTLS_HANDSHAKING || dtls->status == RTPBRIDGE_DTLS_CONNECTED);
}

/// Between two inputs the record buffers, 18 kB, are empty: a client may wait a minute for its peer.
static void free_buffers(rtpbridge_dtls *dtls) {
    if (!SSL_has_pending(dtls->ssl)) { SSL_free_buffers(dtls->ssl); }
}

/// OpenSSL makes them when it begins and takes them for granted when it repeats a flight. 1 on success.
static int allocate_buffers(rtpbridge_dtls *dtls) { return SSL_alloc_buffers(dtls->ssl); }

static void end(rtpbridge_dtls *dtls, rtpbridge_dtls_status status, uint32_t detail) {
    // The verify callback has said why before OpenSSL reports that it failed.
    if (dtls->status == RTPBRIDGE_DTLS_REJECTED) { return; }
    dtls->status = status;
    dtls->detail = detail;
}

/// Turns the result of an OpenSSL call into a status. The error queue belongs to the thread and is left empty.
static void judge(rtpbridge_dtls *dtls, int result) {
    if (result > 0) { return; }
    int error = SSL_get_error(dtls->ssl, result);
    unsigned long code = ERR_peek_error();
    uint32_t reason = (uint32_t)ERR_GET_REASON(code);
    ERR_clear_error();
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) { return; }
    if (error == SSL_ERROR_ZERO_RETURN) { return end(dtls, RTPBRIDGE_DTLS_CLOSED, 0); }
    if (error == SSL_ERROR_SSL && ERR_GET_LIB(code) == ERR_LIB_SSL) {
        if (reason == SSL_R_READ_TIMEOUT_EXPIRED) { return end(dtls, RTPBRIDGE_DTLS_TIMED_OUT, 0); }
        // A fatal alert from the peer shows up as an error whose reason is this offset plus its description.
        if (reason >= SSL_AD_REASON_OFFSET && reason < SSL_AD_REASON_OFFSET + 256) {
            return end(dtls, RTPBRIDGE_DTLS_ALERTED, reason - SSL_AD_REASON_OFFSET);
        }
    }
    // With the keys agreed on, nothing but the peer's word ends an association: OpenSSL gives up, for
    // example, when the last flight has been repeated too often.
    if (dtls->status == RTPBRIDGE_DTLS_CONNECTED) { return; }
    end(dtls, RTPBRIDGE_DTLS_FAILED, reason);
}

static void shake_hands(rtpbridge_dtls *dtls) {
    ERR_clear_error();
    int result = SSL_do_handshake(dtls->ssl);
    if (result == 1) { dtls->status = RTPBRIDGE_DTLS_CONNECTED; }
    judge(dtls, result);
}

void rtpbridge_dtls_proceed(rtpbridge_dtls *dtls) {
    if (dtls->status != RTPBRIDGE_DTLS_HANDSHAKING || !allocate_buffers(dtls)) { return; }
    shake_hands(dtls);
    free_buffers(dtls);
}

void rtpbridge_dtls_receive(rtpbridge_dtls *dtls, const void *datagram, size_t length) {
    if (!is_alive(dtls) || !allocate_buffers(dtls)) { return; }
    dtls->awaits_peer = 0;
    dtls->queue.incoming = datagram;
    dtls->queue.incoming_length = length;
    if (dtls->status == RTPBRIDGE_DTLS_HANDSHAKING) { shake_hands(dtls); }
    // What came in one datagram with the end of the handshake: an alert, or application data, which nobody here has a use for.
    uint8_t unused[512];
    int result = 1;
    while (result > 0 && dtls->status == RTPBRIDGE_DTLS_CONNECTED) {
        ERR_clear_error();
        result = SSL_read(dtls->ssl, unused, sizeof(unused));
        judge(dtls, result);
    }
    dtls->queue.incoming = NULL;
    free_buffers(dtls);
}

void rtpbridge_dtls_handle_timeout(rtpbridge_dtls *dtls) {
    if (dtls->status != RTPBRIDGE_DTLS_HANDSHAKING || !allocate_buffers(dtls)) { return; }
    ERR_clear_error();
    if (DTLSv1_handle_timeout(dtls->ssl) < 0) { judge(dtls, -1); }
    free_buffers(dtls);
}

int64_t rtpbridge_dtls_timeout(rtpbridge_dtls *dtls) {
    struct timeval left;
    if (dtls->status != RTPBRIDGE_DTLS_HANDSHAKING || !DTLSv1_get_timeout(dtls->ssl, &left)) { return -1; }
    return (int64_t)left.tv_sec * 1000000 + left.tv_usec;
}

void rtpbridge_dtls_close(rtpbridge_dtls *dtls) {
    rtpbridge_dtls_release(dtls);
    if (!dtls->goodbye) { return; }
    rtpbridge_datagram_enqueue(&dtls->queue, dtls->goodbye->bytes, dtls->goodbye->length);
    OPENSSL_free(dtls->goodbye);
    dtls->goodbye = NULL;
}

// MARK: - What comes of it

rtpbridge_dtls_status rtpbridge_dtls_get_status(const rtpbridge_dtls *dtls, uint32_t *detail) {
    *detail = dtls->detail;
    return dtls->status;
}

size_t rtpbridge_dtls_take(rtpbridge_dtls *dtls, void *buffer, size_t capacity) {
    size_t length = 0;
    outgoing_datagram *datagram = NULL;
    while (length == 0 && (datagram = rtpbridge_datagram_dequeue(&dtls->queue)) != NULL) {
        if (datagram->length <= capacity) {
            length = datagram->length;
            memcpy(buffer, datagram->bytes, length);
        }
        OPENSSL_free(datagram);
    }
    return length;
}

uint16_t rtpbridge_dtls_profile(const rtpbridge_dtls *dtls) {
    const SRTP_PROTECTION_PROFILE *profile = dtls->ssl ? SSL_get_selected_srtp_profile(dtls->ssl) : NULL;
    return profile ? (uint16_t)profile->id : 0;
}

int rtpbridge_dtls_export(rtpbridge_dtls *dtls, uint8_t *material, size_t length) {
    static const char label[] = "EXTRACTOR-dtls_srtp";
    if (!dtls->ssl) { return 0; }
    int result = SSL_export_keying_material(dtls->ssl, material, length, label, sizeof(label) - 1, NULL, 0, 0);
    ERR_clear_error();
    return result == 1;
}

void rtpbridge_dtls_cleanse(void *secret, size_t length) { OPENSSL_cleanse(secret, length); }
