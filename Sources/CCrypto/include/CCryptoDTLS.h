#ifndef RTPBRIDGE_CCRYPTO_DTLS_H
#define RTPBRIDGE_CCRYPTO_DTLS_H

#include <stddef.h>
#include <stdint.h>

// DTLS 1.2 over memory for DTLS-SRTP (RFC 5764). OpenSSL reads its own clock for the retransmission
// timer and its own random source; everything else comes and goes through these functions.

/// A private key, its self-signed certificate and the SSL_CTX of both. May be shared by threads.
typedef struct rtpbridge_dtls_identity rtpbridge_dtls_identity;

/// Makes a key (ECDSA P-256, or RSA with 2,048 bits if `is_rsa`) and its certificate.
/// NULL on failure; then `*error` is OpenSSL's code.
rtpbridge_dtls_identity *_Nullable rtpbridge_dtls_identity_new(int is_rsa, uint64_t *_Nonnull error);
void rtpbridge_dtls_identity_free(rtpbridge_dtls_identity *_Nullable identity);
/// Writes the certificate's digest; its length says which: 20, 28, 32, 48 or 64 bytes of SHA-1, SHA-224,
/// SHA-256, SHA-384 or SHA-512. 1 on success.
int rtpbridge_dtls_identity_digest(const rtpbridge_dtls_identity *_Nonnull identity, uint8_t *_Nonnull digest, size_t length);

/// One end of one association. Belongs to one thread at a time.
typedef struct rtpbridge_dtls rtpbridge_dtls;

typedef enum rtpbridge_dtls_status {
    /// The handshake is under way.
    RTPBRIDGE_DTLS_HANDSHAKING,
    /// The handshake is done.
    RTPBRIDGE_DTLS_CONNECTED,
    /// The peer sent close_notify.
    RTPBRIDGE_DTLS_CLOSED,
    /// The peer sent a fatal alert; the detail is its description (RFC 5246 section 7.2).
    RTPBRIDGE_DTLS_ALERTED,
    /// The peer's certificate is not the expected one.
    RTPBRIDGE_DTLS_REJECTED,
    /// The last retransmission was not answered.
    RTPBRIDGE_DTLS_TIMED_OUT,
    /// Anything else that ends the handshake; the detail is OpenSSL's reason code.
    RTPBRIDGE_DTLS_FAILED,
} rtpbridge_dtls_status;

typedef enum rtpbridge_dtls_verdict {
    /// No certificate yet, or nothing to compare it with.
    RTPBRIDGE_DTLS_UNKNOWN,
    RTPBRIDGE_DTLS_MATCHES,
    RTPBRIDGE_DTLS_DIFFERS,
} rtpbridge_dtls_verdict;

/// The largest datagram that is ever made [bytes].
#define RTPBRIDGE_DTLS_MAXIMUM_DATAGRAM 1500

/// `profiles` are SRTP profiles under OpenSSL's names, the most wanted first, joined by colons; `mtu` is the
/// largest datagram of a handshake [bytes], 256 or more. NULL on failure; then `*error` is OpenSSL's code.
rtpbridge_dtls *_Nullable rtpbridge_dtls_new(const rtpbridge_dtls_identity *_Nonnull identity, int is_client,
                                             const char *_Nonnull profiles, int mtu, uint64_t *_Nonnull error);
void rtpbridge_dtls_free(rtpbridge_dtls *_Nullable dtls);
/// How long an unanswered flight waits for its repetition [us]: first so long, then twice as long each time up to `longest`.
/// Before the first flight; 1 to 60 s without it.
void rtpbridge_dtls_set_timer(rtpbridge_dtls *_Nonnull dtls, uint32_t first, uint32_t longest);

/// Says what the digest of the peer's certificate has to be; the length chooses the hash as above.
/// A certificate that comes later and differs ends the handshake with the alert bad_certificate
/// (RFC 8122 section 6.2); one that is already here is compared by `rtpbridge_dtls_compare`.
void rtpbridge_dtls_expect(rtpbridge_dtls *_Nonnull dtls, const uint8_t *_Nonnull digest, size_t length);
/// Compares the peer's certificate with what is expected.
rtpbridge_dtls_verdict rtpbridge_dtls_compare(rtpbridge_dtls *_Nonnull dtls);

/// Goes on with the handshake; the first time, a client's first flight is made.
void rtpbridge_dtls_proceed(rtpbridge_dtls *_Nonnull dtls);
/// Takes one datagram in. It is not kept beyond the call.
void rtpbridge_dtls_receive(rtpbridge_dtls *_Nonnull dtls, const void *_Nonnull datagram, size_t length);
/// Repeats the last flight if OpenSSL's clock says that its time has come.
void rtpbridge_dtls_handle_timeout(rtpbridge_dtls *_Nonnull dtls);
/// Microseconds until the next repetition, or -1 if none is pending.
int64_t rtpbridge_dtls_timeout(rtpbridge_dtls *_Nonnull dtls);
/// Ends OpenSSL's part of an association that is up or has failed, which gives back all but a few hundred bytes. Records that
/// come later are not read any more; what waits to be sent, `rtpbridge_dtls_compare` and `rtpbridge_dtls_close` are still there.
/// Ask for the profile and export the keys before.
void rtpbridge_dtls_release(rtpbridge_dtls *_Nonnull dtls);
/// Sends a close_notify alert, if the handshake is done and it was not sent before. Releases the association.
void rtpbridge_dtls_close(rtpbridge_dtls *_Nonnull dtls);

rtpbridge_dtls_status rtpbridge_dtls_get_status(const rtpbridge_dtls *_Nonnull dtls, uint32_t *_Nonnull detail);
/// Takes the oldest datagram to send and returns its length, or 0 if there is none.
/// One that is longer than `capacity` is dropped as a network would drop it.
size_t rtpbridge_dtls_take(rtpbridge_dtls *_Nonnull dtls, void *_Nonnull buffer, size_t capacity);

/// The SRTP protection profile that was agreed on (RFC 5764 section 4.1.2), or 0. Not after the release.
uint16_t rtpbridge_dtls_profile(const rtpbridge_dtls *_Nonnull dtls);
/// Exports keying material with the label of RFC 5764 section 4.2. 1 on success. Not after the release.
int rtpbridge_dtls_export(rtpbridge_dtls *_Nonnull dtls, uint8_t *_Nonnull material, size_t length);
/// Overwrites a secret in a way that the compiler does not leave out.
void rtpbridge_dtls_cleanse(void *_Nonnull secret, size_t length);

#endif
